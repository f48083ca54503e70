#pragma once

// Carries the views of all partitions to the store: what a person would notice within some 20 ms, everything else
// once an interval, shard after shard. The store's only writer in this process. Checkpoints move behind it.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "cluster/owned_partition.h"
#include "log/group_feed.h"

namespace playhead::cluster {

struct WriteBehindOptions {
  // Each shard of each partition once in this time.
  std::chrono::milliseconds interval{60'000};
  // How long urgent rows of many users are gathered into one write.
  std::chrono::milliseconds urgent_every{20};
  std::chrono::milliseconds commit_every{5'000};
  // After a failure, doubling from the first to the second, less up to half of it.
  std::chrono::milliseconds min_pause{100};
  std::chrono::milliseconds max_pause{5'000};
  // Above this all views are flushed as fast as the store takes them.
  std::uint64_t view_bytes = std::uint64_t{256} << 20;
};

class WriteBehind {
 public:
  using Partitions = std::function<std::vector<PartitionPtr>()>;

  // `partitions` says which there are at the time, from any thread. The feed outlives it.
  WriteBehind(Partitions partitions, log::GroupFeed& feed, const Clock& clock, const WriteBehindOptions& options);
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  void start();
  void stop();

  // What the thread does every 20 ms: stores what is urgent or due, and commits from time to time. For tests and the
  // simulator, when it does not run.
  void turn();

  // Takes a partition's checkpoint, below which everything is safe in the store; committed with the others' from time
  // to time. The writing thread: FlushOptions::release of each partition.
  void checkpoint(log::Partition partition, log::Offset offset) { checkpoints_[partition] = offset; }

  // Stores all that these hold, and commits what may be; returns when it is done or the time is over. Any thread but
  // the writing one; on the caller's own when that does not run.
  void store_now(std::span<const PartitionPtr> partitions, std::chrono::milliseconds at_most);

  bool healthy() const { return !trouble(); }
  // Why the store did not take the last write.
  std::optional<Error> trouble() const;

 private:
  // Somebody who waits in store_now().
  struct Order {
    std::vector<PartitionPtr> partitions;
    Monotonic until;
    bool done = false;
  };

  void loop();
  void carry_out(Order& order);
  bool flush_urgent(std::span<const PartitionPtr> partitions);
  bool flush_due(std::span<const PartitionPtr> partitions);
  bool note(std::optional<Error> trouble);
  void commit();
  Monotonic::duration pause_after_failure();

  const Partitions partitions_;
  log::GroupFeed& feed_;
  const Clock& clock_;
  const WriteBehindOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable carried_out_;
  std::vector<Order*> orders_;
  std::optional<Error> trouble_;
  bool stopping_ = false;
  // The writing thread's.
  std::map<log::Partition, log::Offset> checkpoints_;
  Monotonic next_commit_{};
  Monotonic retry_at_{};
  std::chrono::milliseconds pause_{0};
  std::minstd_rand chance_;
  std::thread thread_;
};

}  // namespace playhead::cluster
