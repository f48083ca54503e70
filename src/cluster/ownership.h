#pragma once

// The partitions that are this node's: takes them over when the group gives them to it, applies their records, and
// hands them on. A partition that comes back from the same rebalance goes on where it was.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apply/stats.h"
#include "base/clock.h"
#include "base/error.h"
#include "cluster/cluster_stats.h"
#include "cluster/dead_letter.h"
#include "cluster/owned_partition.h"
#include "log/group_feed.h"
#include "log/heartbeat_log.h"
#include "store/position_store.h"

namespace playhead::cluster {

struct OwnershipOptions {
  PartitionOptions partition;
  // Of all views together. Above it the partitions are paused, since the store does not keep up or is away; they go
  // on when it is a fifth less.
  std::uint64_t view_bytes = std::uint64_t{512} << 20;
  // How long the node that hands partitions on may go on storing what it has of them; others wait for it meanwhile.
  std::chrono::milliseconds hand_over{1'000};
  std::chrono::milliseconds dead_letter_again{1'000};
};

class Ownership final : public log::GroupHandler {
 public:
  // Stores what the views hold of the partitions, for at most so long. Called on the feed's thread.
  using StoreNow = std::function<void(std::span<const PartitionPtr>, std::chrono::milliseconds at_most)>;

  // All references outlive it.
  Ownership(log::GroupFeed& feed, log::HeartbeatLog& log, store::PositionStore& store, DeadLetters& dead_letters,
            ClusterStats& stats, const Clock& clock, const OwnershipOptions& options);

  // Before the feed starts.
  void on_hand_over(StoreNow store_now) { store_now_ = std::move(store_now); }

  // Nothing when it is another node's. Any thread.
  PartitionPtr find(log::Partition partition) const;
  std::vector<PartitionPtr> all() const;
  // Any thread: what was applied and stored of each partition since the start.
  const std::vector<apply::Stats>& stats() const { return partition_stats_; }
  std::uint64_t view_bytes() const;
  bool paused() const { return paused_; }
  // Whether the group has given this node its share, be it none. Any thread.
  bool joined() const { return joined_; }
  // What keeps partitions from going on, or has made them go on with less than was acknowledged. Any thread.
  std::optional<Error> trouble() const;

  std::optional<log::Offset> held(log::Partition partition) override;
  void assigned(log::Partition partition, log::Offset from, log::Offset committed) override;
  void revoked(std::span<const log::Partition> partitions) override;
  void lost(std::span<const log::Partition> partitions) override;
  void settled() override;
  void record(log::Partition partition, log::Offset offset, std::int64_t appended_ms,
              std::string_view record) override;
  void damaged(log::Partition partition, log::Offset first, log::Offset next, const Error& error) override;
  void turn_over() override;

 private:
  // A record that could not be applied, and what it waits for.
  struct Stuck {
    log::Offset offset;
    std::string record;
    Error error;
    bool too_new;
    Monotonic again;
    std::shared_ptr<std::atomic<int>> outcome;  // of the dead letter: 0 on its way, 1 taken, -1 failed
  };

  void take_out(std::span<const log::Partition> partitions, std::vector<PartitionPtr>& out);
  void get_stuck(OwnedPartition& partition, log::Offset offset, std::string_view record, const Error& error);
  void send_dead_letter(log::Partition partition, Stuck& stuck);
  void look_at_stuck();
  void bound_memory();
  void note_trouble(log::Partition partition, std::optional<Error> error);

  log::GroupFeed& feed_;
  log::HeartbeatLog& log_;
  store::PositionStore& store_;
  DeadLetters& dead_letters_;
  ClusterStats& stats_;
  const Clock& clock_;
  const OwnershipOptions options_;
  StoreNow store_now_;
  std::vector<apply::Stats> partition_stats_;

  mutable std::mutex mutex_;  // of the next two, which others read
  std::map<log::Partition, PartitionPtr> owned_;
  std::map<log::Partition, Error> trouble_;
  std::atomic<bool> paused_{false};
  std::atomic<bool> joined_{false};
  // The feed's thread's.
  std::map<log::Partition, PartitionPtr> held_;
  std::map<log::Partition, Stuck> stuck_;
};

}  // namespace playhead::cluster
