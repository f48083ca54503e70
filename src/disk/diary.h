#pragma once

// Where RocksDB writes what it does: FOLDER/LOG, and FOLDER/LOG.old for what went before. RocksDB's own logger ends
// the process when it is used again after the disk was full (an assertion in 7.8, which Debian's package keeps); this
// one drops the lines that it can't write, and goes on with the next that it can.

#include <rocksdb/env.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace playhead::disk {

// Any thread may call.
class Diary final : public rocksdb::Logger {
 public:
  // `limit`: bytes of each of the two files.
  explicit Diary(const std::string& folder, std::uint64_t limit = 4 << 20);
  ~Diary() override;

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

 private:
  // A new file; what was in the last one becomes the older of the two.
  void begin();
  void open();
  void write(std::string_view line);

  const std::string path_;
  const std::uint64_t limit_;
  std::mutex mutex_;
  int file_ = -1;  // -1: could not be created; tried again with each line
  std::uint64_t written_ = 0;
};

}  // namespace playhead::disk
