#pragma once

// The embedded database: a RocksDB of its own in one folder, with column families items (rows, merged by ItemMerge)
// and meta (checkpoint). A merge is one atomic batch of all its rows and the checkpoint, not synced: what a power cut
// takes is in the log, from the checkpoint on that survived. So a write-ahead log that ends in anything but whole
// batches is cut off there, and whoever starts up has to see that the log still reaches back to checkpoint().
// Families are flushed together, so that the checkpoint is never ahead of its rows.

#include <rocksdb/env.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/worker_pool.h"
#include "disk/database.h"
#include "model/version.h"
#include "store/position_store.h"
#include "store/rocksdb/item_merge.h"
#include "store/rocksdb/wide_users.h"

namespace rocksdb {
class WriteBatch;
}

namespace playhead::store {

struct RocksDbStoreOptions {
  std::string path;
  rocksdb::Env* env = rocksdb::Env::Default();  // outlives the store
  std::size_t block_cache_bytes = 256 << 20;    // blocks, indexes and filters
  // Rows of users who have wide_user_rows or more, as last read (see wide_users.h).
  std::size_t wide_user_bytes = 64 << 20;
  std::size_t wide_user_rows = 1000;
  std::size_t write_buffer_bytes = 64 << 20;  // up to four of them
  // Reads that need the disk: how many at a time, and how many may wait before further ones fail.
  std::size_t read_threads = 2;
  std::size_t read_queue = 1024;
  // After a failure, writes try to go on at most this often and fail at once in between.
  std::chrono::milliseconds retry_every{200};
};

// After a failed write, the next one makes the database writable again (see disk/database.h). When what was merged
// but not synced did not survive that, every write fails with "store-rewound" until the process restarts.
class RocksDbStore final : public PositionStore {
 public:
  // Throws StartupError when the folder can't be opened.
  explicit RocksDbStore(RocksDbStoreOptions options);

  Result<void> merge(std::span<const ItemWrite> writes, std::uint64_t checkpoint) override;
  Result<void> erase(std::string_view user, std::int64_t up_to_ms) override;
  Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override;
  void read(Query query, ReadDone done) override;
  Result<std::uint64_t> checkpoint() override;
  Result<void> sync() override;

  // Stored values and merged rows that were no valid items, since the start. Any thread.
  std::uint64_t malformed_items() const { return merge_operator_->malformed() + malformed_writes_; }

 private:
  using Session = disk::Database::Session;

  // What is in `meta`.
  Result<void> load();
  Result<void> ensure_writable();
  Result<void> write(const Session& session, rocksdb::WriteBatch& batch);
  Result<std::optional<model::Version>> stored_erasure(const Session& session, std::string_view user) const;
  // read_rows() through wide_users_.
  rocksdb::Status read_through(const Session& session, const Query& query, bool memory_only, Rows& rows);
  void read_on_disk(Query query, ReadDone done);

  RocksDbStoreOptions options_;
  std::shared_ptr<ItemMerge> merge_operator_ = std::make_shared<ItemMerge>();
  disk::Database database_;
  WideUsers wide_users_;
  std::atomic<std::uint64_t> checkpoint_{0};
  std::atomic<std::uint64_t> malformed_writes_{0};
  // The writing thread's.
  bool failed_ = false;
  bool rewound_ = false;
  // RocksDB's number of the last write that succeeded: opening anew must find it again.
  std::uint64_t written_ = 0;
  // Whether any user was ever erased: until then, merging asks for no erasures.
  bool any_erasure_ = false;
  // Last, so that it ends first: its jobs use everything above.
  WorkerPool readers_;
};

}  // namespace playhead::store
