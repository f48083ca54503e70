#pragma once

// A node of a cluster, wired. Updates go to the queue (or, when that is away, to this node's spool) and are
// acknowledged; the partitions that the group gives to this node come back from the queue into views, which are
// written to the database behind them; reads are answered here or by the node that owns the user.

#include <prometheus/metric_family.h>

#include <memory>
#include <vector>

#include "app/cluster_backends.h"
#include "app/config.h"
#include "app/front.h"
#include "app/node.h"
#include "apply/commit_sink.h"
#include "apply/committer.h"
#include "apply/spool_state.h"
#include "apply/stats.h"
#include "base/ticker.h"
#include "cluster/cluster_state.h"
#include "cluster/cluster_stats.h"
#include "cluster/followers.h"
#include "cluster/owner_directory.h"
#include "cluster/ownership.h"
#include "cluster/peer_followers.h"
#include "cluster/write_behind.h"
#include "link/loop.h"
#include "link/peers.h"
#include "link/server.h"
#include "log/spool/spooled_log.h"

namespace playhead::app {

class ClusterNode final : public Node {
 public:
  // Throws StartupError.
  ClusterNode(const Config& config, ClusterBackends backends, const Clock& clock);
  ~ClusterNode() override;

  void start() override;
  std::uint16_t port() const override { return front_.port(); }
  // Leaves the group, so that others take over at once. What is spooled stays spooled.
  bool stop() override;

 private:
  // The view is the owners' affair.
  class NoSink final : public apply::CommitSink {
   public:
    Result<void> durable(const log::Appended&, std::string_view) override { return {}; }
    bool full() const override { return false; }
  };

  std::vector<server::api::Condition> conditions() const;
  std::optional<Error> clock_trouble() const;
  std::optional<Error> partitions_trouble() const;
  std::vector<prometheus::MetricFamily> metrics() const;

  const Config config_;
  const Clock& clock_;
  const Monotonic begun_;
  const std::int64_t began_ms_;
  ClusterBackends backends_;
  apply::Stats stats_;
  cluster::ClusterStats cluster_stats_;
  link::LinkCounters link_counters_;
  apply::SpoolState spool_state_;
  log::SpooledLog log_;
  NoSink sink_;
  apply::Committer committer_;
  link::Loops loops_;
  std::unique_ptr<link::Peers> peers_;
  cluster::Ownership ownership_;
  cluster::WriteBehind write_behind_;
  cluster::OwnerDirectory directory_;
  cluster::ClusterState state_;
  cluster::Followers followers_;
  cluster::PeerFollowers peer_followers_;
  std::unique_ptr<link::LinkServer> link_;
  Front front_;
  Ticker attaching_;
  Ticker looking_after_;
};

}  // namespace playhead::app
