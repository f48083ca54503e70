#pragma once

// Who at this node follows a user, of whatever node: each is attached to the node that owns the user, here to its hub
// or over a stream of the link, and attached anew when that ends. Every attachment begins with a snapshot, so that
// whatever came in between is in it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "apply/state_source.h"
#include "base/clock.h"
#include "cluster/cluster_stats.h"
#include "cluster/owner_directory.h"
#include "cluster/ownership.h"
#include "link/peers.h"
#include "log/heartbeat_log.h"
#include "push/source.h"

namespace playhead::cluster {

struct FollowerOptions {
  std::size_t followers = 1'000'000;
  // An owner that is lost is looked for again within the first of these, in vain up to the second; at random, so that
  // not all come at once.
  std::chrono::milliseconds first_retry{100};
  std::chrono::milliseconds last_retry{2'000};
};

class Followers final : public push::Source {
 public:
  // All references outlive it. `state` answers while there is no owner.
  Followers(const Ownership& ownership, const OwnerDirectory& directory, link::Peers& peers,
            apply::StateSource& state, const log::HeartbeatLog& log, ClusterStats& stats, const Clock& clock,
            const FollowerOptions& options);
  ~Followers() override;
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  // As Source has it. The first snapshot is from the store, and says that it is stale, when there is no owner now.
  Result<push::SubscriptionId> subscribe(std::string_view user, std::shared_ptr<push::Subscriber> subscriber,
                                         std::uint64_t tag) override;
  void unsubscribe(std::string_view user, push::SubscriptionId id) override;

  // Attaches those again whose owner is another by now, and tries again what failed; some 20 times a second,
  // one thread.
  void turn();
  // Lets go of all who still follow, who hear nothing more. The destructor does it too; after that or the last
  // turn().
  void stop();
  std::size_t size() const;

  // When the owner could not be followed: to look for another. Before the first subscribe().
  std::function<void()> on_no_owner;

 private:
  struct Follow;
  using FollowPtr = std::shared_ptr<Follow>;
  // Where a partition's followers are attached: a partition of this node's own, or another's address.
  struct Owner {
    std::weak_ptr<OwnedPartition> here;
    std::string address;
  };

  void attach(const FollowPtr& follow);
  void attach_here(const FollowPtr& follow, const PartitionPtr& partition, std::uint64_t attempt);
  void attach_there(const FollowPtr& follow, const std::string& address, std::uint64_t attempt);
  void try_again(const FollowPtr& follow);
  void tell_what_the_store_has(const FollowPtr& follow);
  bool moved(log::Partition partition, Owner& owner) const;

  const Ownership& ownership_;
  const OwnerDirectory& directory_;
  link::Peers& peers_;
  apply::StateSource& state_;
  const log::HeartbeatLog& log_;
  ClusterStats& stats_;
  const Clock& clock_;
  const FollowerOptions options_;

  mutable std::mutex mutex_;
  push::SubscriptionId last_id_ = 0;
  std::size_t size_ = 0;
  // By partition, then by id.
  std::vector<std::unordered_map<push::SubscriptionId, FollowPtr>> follows_;
  std::multimap<Monotonic, std::weak_ptr<Follow>> again_;
  std::minstd_rand random_;
  // The turning thread's.
  std::vector<Owner> owners_;
};

}  // namespace playhead::cluster
