#pragma once

// What /metrics shows of a node of a cluster.

#include <prometheus/metric_family.h>

#include <vector>

#include "apply/stats.h"
#include "cluster/cluster_stats.h"
#include "cluster/followers.h"
#include "cluster/ownership.h"
#include "cluster/peer_followers.h"
#include "link/counters.h"
#include "link/peers.h"
#include "log/group_feed.h"
#include "log/spool/spool_options.h"

namespace playhead::app {

struct ClusterParts {
  const apply::Stats& commits;
  const cluster::ClusterStats& cluster;
  const link::LinkCounters& link;
  log::SpoolStatus spool;
  const cluster::Ownership& ownership;
  const cluster::Followers& followers;
  const cluster::PeerFollowers& peer_followers;
  const log::GroupFeed& feed;
  const link::Peers& peers;
};

std::vector<prometheus::MetricFamily> cluster_metrics(const ClusterParts& parts);

}  // namespace playhead::app
