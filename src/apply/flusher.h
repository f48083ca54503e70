#pragma once

// Write-behind: carries the view to the store, shard after shard, moves the checkpoint, and trims the log behind it.
// The store's only writer. When the store says that it lost what it had taken ("store-rewound"), the process ends:
// the view no longer has it, so only a restart, which replays the log, answers rightly.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "apply/health.h"
#include "apply/stats.h"
#include "apply/view.h"
#include "base/clock.h"
#include "base/error.h"
#include "log/heartbeat_log.h"
#include "push/presence.h"
#include "store/position_store.h"

namespace playhead::apply {

struct FlushOptions {
  // Each shard is flushed once in this time: the longest that an item waits for the store, and what coalesces writes.
  std::chrono::milliseconds interval{60'000};
  // Flush as fast as the store takes it above this, whatever the interval.
  std::uint64_t view_bytes = std::uint64_t{512} << 20;
  // Likewise when the log after the checkpoint is longer than this: it is what a restart has to replay.
  std::uint64_t replay_bytes = std::uint64_t{1} << 30;
  log::Retention retention{.max_bytes = std::uint64_t{1} << 30, .max_age = std::chrono::hours(24)};
  // How often the store is synced and the log trimmed.
  std::chrono::milliseconds trim_every{5'000};
  // Of the log: what the view holds.
  log::Partition partition = log::kOnlyPartition;
  // Takes the checkpoint in the place of the log's release(): for whoever reads the log as member of a group.
  std::function<Result<void>(log::Offset)> release;
};

class Flusher {
 public:
  Flusher(View& view, store::PositionStore& store, log::HeartbeatLog& log, push::Presence& presence, Stats& stats,
          const Clock& clock, const FlushOptions& options);
  ~Flusher();
  Flusher(const Flusher&) = delete;
  Flusher& operator=(const Flusher&) = delete;

  void start();
  // Ends the thread. turn() and flush_all() may be called when it does not run.
  void stop();

  // What the thread does whenever a shard is due: flushes the next one (after a failure the same again), drops what
  // is over or too much, and syncs and trims from time to time. For tests and the simulator.
  void turn();

  // Flushes what the view calls urgent, if anything. Not beside turn().
  void flush_urgent();

  // Flushes every shard, moves the checkpoint to the end and syncs the store.
  Result<void> flush_all();

  // Rows to drop because their user has too many; a row that has changed since it was read is kept. Any thread;
  // ignored when many wait already, since the next read of the user finds them again.
  void drop_rows(std::string user, store::Rows rows);

  // Whether the store took the last flush. Any thread.
  bool healthy() const { return health_.ok(); }
  // Why not.
  std::optional<Error> trouble() const { return health_.trouble(); }

 private:
  void loop(Monotonic::duration pause, Monotonic due);
  Result<void> flush_shard(std::size_t shard);
  void count(const FlushBatch& batch, Monotonic begin, bool stored);
  Result<void> flush_taken(const FlushBatch& batch, log::Offset checkpoint);
  void drop_pending();
  void sync_and_trim();
  log::Offset safe_checkpoint();
  bool pressed() const;
  void note_health(const Result<void>& result);

  View& view_;
  store::PositionStore& store_;
  log::HeartbeatLog& log_;
  push::Presence& presence_;
  Stats& stats_;
  const Clock& clock_;
  FlushOptions options_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<std::pair<std::string, store::Rows>> to_drop_;
  std::size_t next_shard_ = 0;
  Monotonic next_trim_;
  // Checkpoints and when they were reached, where the store is durable only a while later.
  std::deque<std::pair<Monotonic, log::Offset>> reached_;
  Health health_;
  std::thread thread_;
};

}  // namespace playhead::apply
