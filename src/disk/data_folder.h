#pragma once

// The folder that an embedded Playhead keeps everything in, and the guard at its door:
//   FORMAT   what wrote it: format number and ordering mode, as text; another one is refused
//   LOCK     held by the process that has the folder open, with its process id as text
//   log/     the queue's RocksDB
//   store/   the database's RocksDB
// The two are databases of their own, so that writing out and compacting items never makes an append wait.

#include <string>
#include <string_view>

namespace playhead::disk {

inline constexpr int kDataFormat = 1;

class DataFolder {
 public:
  // Opens `path`, creating it (for its owner only) when it isn't there. `ordering` is how updates are versioned,
  // "timestamp" or "counter": versions of the two don't compare, so a folder keeps the one it began with. Throws
  // StartupError, saying what to do, when it is in use, of another format or ordering, or can't be used.
  DataFolder(std::string path, std::string_view ordering);
  // Lets go of the lock; whatever has log/ and store/ open must be gone by then.
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string log_path() const { return path_ + "/log"; }
  std::string store_path() const { return path_ + "/store"; }

 private:
  void take_lock();
  void check_format(std::string_view ordering) const;
  void write_format(std::string_view ordering) const;

  std::string path_;
  int lock_ = -1;
};

}  // namespace playhead::disk
