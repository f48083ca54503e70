#pragma once

// Where RocksDB writes what it does: FOLDER/LOG, and FOLDER/LOG.old for what went before. RocksDB's own logger ends
// the process when it is used again after the disk was full (an assertion in 7.8, which Debian's package keeps); this
// one drops what it can't write.

#include <rocksdb/env.h>

#include <cstdint>
#include <mutex>
#include <string>

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
  void open();

  const std::string path_;
  const std::uint64_t limit_;
  std::mutex mutex_;
  int file_ = -1;
  std::uint64_t written_ = 0;
};

}  // namespace playhead::disk
