#pragma once

// Whom a node of a cluster asks what a user's state is: itself when it owns the user, else the owner over the link,
// and when that gives no answer in time, the store, with the answer marked stale.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "apply/state_source.h"
#include "apply/view.h"
#include "cluster/cluster_stats.h"
#include "cluster/owned_partition.h"
#include "cluster/owner_directory.h"
#include "cluster/ownership.h"
#include "link/peers.h"
#include "link/responder.h"
#include "log/heartbeat_log.h"
#include "store/position_store.h"

namespace playhead::cluster {

struct ReadOptions {
  // What another node waits for the owner's answer; more than PartitionOptions::catch_up.
  std::chrono::milliseconds owner{400};
};

class ClusterState final : public apply::StateSource {
 public:
  // All references outlive it. `spooled` holds what only this node's spool has, and `log` is the queue itself.
  ClusterState(Ownership& ownership, const OwnerDirectory& directory, link::Peers& peers,
               const log::HeartbeatLog& log, store::PositionStore& store, const apply::View* spooled,
               ClusterStats& stats, const ReadOptions& options);
  // Waits for the reads on their way, each of which ends in its time. Not while the feed still runs.
  ~ClusterState() override;
  ClusterState(const ClusterState&) = delete;
  ClusterState& operator=(const ClusterState&) = delete;

  void read(store::Query query, RowsDone done) override;
  void sessions(std::string user, SessionsDone done) override;
  // The sum over all nodes; stale when one of them did not answer or a partition has no owner.
  void watching(const std::string& show, const std::string& episode, WatchingDone done) override;

  // A request of another node, which takes this one for the owner. Fails with "not-owner" when it isn't.
  void answer_peer(std::uint32_t kind, std::string payload, link::Responder responder);

  // When the owner has not answered: to look for another.
  std::function<void()> on_no_owner;
  // Gets what other nodes ask to follow, of this node's users. Before the link listens.
  std::function<void(const PartitionPtr&, std::string user, link::Responder)> on_follow;

 private:
  void read_there(const std::string& address, store::Query query, RowsDone done);
  void read_store(store::Query query, RowsDone done);
  void answer_watching(std::string_view payload, link::Responder responder);
  apply::Watching watching_here(const std::string& show, const std::string& episode) const;
  void no_owner();
  // Merges what only the spool has, and counts.
  RowsDone finish(const store::Query& query, RowsDone done);

  Ownership& ownership_;
  const OwnerDirectory& directory_;
  link::Peers& peers_;
  const log::HeartbeatLog& log_;
  store::PositionStore& store_;
  const apply::View* spooled_;
  ClusterStats& stats_;
  const ReadOptions options_;
  // Every read on its way has a share.
  const std::shared_ptr<const bool> on_their_way_ = std::make_shared<const bool>(true);
};

}  // namespace playhead::cluster
