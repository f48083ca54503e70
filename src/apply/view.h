#pragma once

// What the store may not have yet, in memory: rows that were applied and not flushed. A reader merges it over the
// store's answer. It is divided into shards by user; the flusher goes round the shards once in each flush interval,
// so that an item which changes all the time is written once in each round.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hashed_id.h"
#include "log/heartbeat_log.h"
#include "store/position_store.h"

namespace playhead::apply {

// Rows of one shard on their way to the store. Views in it point into itself.
class FlushBatch {
 public:
  struct Erasure {
    std::string user;
    std::int64_t up_to_ms;
  };

  bool empty() const { return writes_.empty() && erasures_.empty(); }
  // To do first, in this order.
  std::span<const Erasure> erasures() const { return erasures_; }
  std::span<const store::ItemWrite> writes() const { return writes_; }

 private:
  friend class View;
  std::size_t shard_ = 0;
  std::vector<Erasure> erasures_;
  std::string bytes_;
  std::vector<store::ItemWrite> writes_;
};

class View {
 public:
  // 1,024 shards keep the time under one shard's lock at a few hundred microseconds with a million rows in all.
  explicit View(std::size_t shards = 1024);
  ~View();
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  // Merges an item into a row; `offset` is that of the record it comes from. Returns whether the row changed as far
  // as the view knows (an unknown row always does). Appliers' threads.
  bool merge(const HashedId& user, std::string_view row_key, std::string_view item, log::Offset offset);

  // Drops what the user has up to a time and leaves the order to do the same in the store. The caller merges the user
  // row that remembers it. Appliers' threads.
  void erase(const HashedId& user, std::int64_t up_to_ms, log::Offset offset);

  // Ask for the memory that merge() will want, some users ahead of it and in this order, one step for all of them
  // before the next: each finds its own way in what the one before asked for.
  void prefetch_shard(const HashedId& user) const;
  void prefetch_slot(const HashedId& user) const;
  void prefetch_user(const HashedId& user) const;

  // Says that every record below `next` has been merged. One applier's thread.
  void applied(log::Offset next);
  log::Offset applied() const;

  // Copies the rows that `query` selects (and the user row, if it is here), in key order. Any thread.
  store::Rows copy(const store::Query& query) const;

  // The flusher's side; one thread, one batch at a time. finish_flush() takes the rows out that did not change since
  // begin_flush(), or, after a failure, leaves all to be flushed again.
  std::size_t shards() const { return shard_count_; }
  FlushBatch begin_flush(std::size_t shard);
  void finish_flush(const FlushBatch& batch, bool stored);

  // Every record below this is in the store once the batch that was begun last is.
  log::Offset checkpoint() const;

  // Approximate heap use. Any thread.
  std::uint64_t bytes() const;
  std::uint64_t rows() const;

 private:
  struct Shard;
  Shard& shard(const HashedId& user) const;

  std::size_t shard_count_;
  std::unique_ptr<Shard[]> shards_;
  std::atomic<log::Offset> applied_{1};
  std::atomic<std::int64_t> bytes_{0};
  std::atomic<std::int64_t> rows_{0};
};

}  // namespace playhead::apply
