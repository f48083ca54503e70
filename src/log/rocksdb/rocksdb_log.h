#pragma once

// The embedded queue: a RocksDB of its own in one folder, and one partition. An append is one key in one write,
// synced by fdatasync; so the group commit above it decides how many updates share a sync.
//
// Key: offset, 8 bytes big-endian. Value: CRC-32C of what follows (4 bytes, big-endian), append time (8 bytes,
// big-endian epoch milliseconds), record. Keys only grow, so files never overlap and are moved, not rewritten.
//
// Retention works in whole segments, which are RocksDB's table files: a segment goes when every record in it may. One
// ends at `segment_bytes`, or when release() finds it to hold a quarter of what retention allows, in bytes or in age.

#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "disk/database.h"
#include "log/heartbeat_log.h"

namespace playhead::log {

struct RocksDbLogOptions {
  std::string path;
  rocksdb::Env* env = rocksdb::Env::Default();  // outlives the log
  const Clock* clock = nullptr;                 // stamps records for retention; outlives the log
  // Memory for what is not in a segment yet; up to three of these while segments are written.
  std::size_t segment_bytes = 64 << 20;
  // After a failure, appends try to go on at most this often and fail at once in between.
  std::chrono::milliseconds retry_every{200};
  // The first offset of a log that is empty and always was. Above 1 when a lost log is replaced: offsets go on where
  // the store's checkpoint is, since records below it would never be replayed.
  Offset begin_at = 1;
};

// append() calls `done` inline. A failed append leaves the log refusing until an append finds it writable again (see
// disk/database.h): what was acknowledged before is then in a segment with its own fsync, and the write-ahead log is
// a new one. read(), release() and usage() may be called from any thread.
class RocksDbLog final : public HeartbeatLog {
 public:
  // Throws StartupError when the folder can't be opened, its write-ahead log is damaged beyond a torn tail (the
  // message names file and byte), or records are missing between the first and the last.
  explicit RocksDbLog(RocksDbLogOptions options);

  void append(std::string_view record, AppendDone done) override;
  Result<void> read(Partition partition, Offset from, const Visitor& visit) override;
  void end(Partition, EndDone done) override { done(next_.load()); }
  // Fails with "log-full" or "log-unavailable".
  Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                       std::int64_t now_ms) override;
  LogUsage usage(Partition partition) const override;

 private:
  struct Segment {
    Offset first;
    Offset last;
    std::uint64_t bytes;  // of its records
    int level;            // only those below level 0 can be dropped
  };

  // Oldest first.
  Result<std::vector<Segment>> segments(const disk::Database::Session& session) const;
  // Takes first, next and bytes from what was opened; a sentence when records are missing.
  Result<void> load();
  // Remembers the offset that comes next when no record will be left to tell, durably.
  rocksdb::Status keep_next(const disk::Database::Session& session, Offset next) const;
  Result<void> drop(const disk::Database::Session& session, const std::vector<Segment>& segments, std::size_t count);
  Result<void> finish_segment(const disk::Database::Session& session, Offset first_unflushed, std::uint64_t bytes,
                              const Retention& retention, std::int64_t now_ms);
  Result<std::int64_t> appended_ms(const disk::Database::Session& session, Offset offset) const;

  RocksDbLogOptions options_;
  disk::Database database_;
  std::atomic<Offset> first_{1};
  std::atomic<Offset> next_{1};
  std::atomic<std::uint64_t> bytes_{0};
  std::mutex trim_mutex_;
  // The appending thread's.
  bool failed_ = false;
  rocksdb::WriteBatch batch_;
};

}  // namespace playhead::log
