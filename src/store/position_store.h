#pragma once

// The database behind the queue. It keeps, for each user, rows of (row key, item), and merges what is written
// into what is there by model::merge_items, so a write never reads first and any order or repetition gives
// the same bytes. Backends: memory (tests, simulator), rocksdb (embedded), cassandra (cluster).

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/rows.h"

namespace playhead::store {

// One row to merge; all views are borrowed for the call. Row keys and items are as in model/item.h.
struct ItemWrite {
  std::string_view user;
  std::string_view row_key;
  std::string_view item;
};

// Which of a user's rows to read. The user's own row (model::kUserRow, which holds `erased`) is always among
// the answer when it exists.
struct Query {
  std::string user;
  // Unset: all rows. Otherwise only rows whose key begins with this (a show), or is exactly this.
  std::optional<std::string> row_prefix;
  bool exact = false;
};

class PositionStore {
 public:
  using ReadDone = std::move_only_function<void(Result<Rows>)>;

  virtual ~PositionStore() = default;

  // Merges all rows and moves the checkpoint (an offset of the log: everything below it is in the store), all
  // or nothing; without a checkpoint, each user's rows are, as far as they are few. Readers see it when the call
  // returns; it survives power loss after the next sync(). What the user's stored `erased` register covers is
  // dropped, so that a late upload brings nothing back; a malformed item is skipped. Fails with "store-unavailable";
  // the same merge may be tried again. One thread writes.
  virtual Result<void> merge(std::span<const ItemWrite> writes, std::uint64_t checkpoint) = 0;

  // Removes from every row of the user each register whose version's time is at or before `up_to_ms`, rows
  // left empty included. Comes before the merge() of the user row that remembers the erasure. Writer thread.
  virtual Result<void> erase(std::string_view user, std::int64_t up_to_ms) = 0;

  // Removes whole rows (a user beyond limits.items_per_user). A later update makes a row anew; whether an update no
  // newer than what was removed does, depends on the backend. Writer thread.
  virtual Result<void> remove(std::string_view user, std::span<const std::string> row_keys) = 0;

  // Rows in key order. `done` is called exactly once, inline when memory has the answer, else on a thread of
  // the backend's. Fails with "store-unavailable". Any thread.
  virtual void read(Query query, ReadDone done) = 0;

  // The last checkpoint merged; 0 in a new store. Any thread.
  virtual Result<std::uint64_t> checkpoint() = 0;

  // Set: the store keeps no checkpoint, checkpoint() stays 0 and sync() has nothing to do. What merge() returned for
  // this long ago survives power loss, so the place that the log itself remembers may move over it.
  virtual std::optional<std::chrono::milliseconds> commit_lag() const { return std::nullopt; }

  // Everything merged so far survives power loss when this returns. Fails with "store-unavailable" (try again) or
  // "store-rewound": what was merged since the last sync() is gone, as after a power loss, and the process has to
  // restart to replay it from the log. Writer thread.
  virtual Result<void> sync() = 0;
};

}  // namespace playhead::store
