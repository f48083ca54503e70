#pragma once

// The cluster's servers as a node uses them, from the config: the only place that names Kafka and Cassandra.

#include <functional>
#include <memory>

#include "app/config.h"
#include "base/clock.h"
#include "cluster/dead_letter.h"
#include "log/group_feed.h"
#include "log/heartbeat_log.h"
#include "store/position_store.h"

namespace playhead::app {

struct ClusterBackends {
  std::shared_ptr<void> folder;              // holds the data folder's lock; let go last
  std::unique_ptr<log::HeartbeatLog> spool;  // in the data folder
  std::unique_ptr<cluster::DeadLetters> dead_letters;
  std::unique_ptr<store::PositionStore> store;
  // Goes before the store: who still waits for its answer then reads there.
  std::unique_ptr<log::HeartbeatLog> queue;
  std::unique_ptr<log::GroupFeed> feed;
};

// How the others know this node.
log::Node this_node(const Config& config);

// Checks topic, schema, ordering mode and partition count where their servers answer, and throws StartupError with a
// sentence when they are not what the promises need. Servers that are away are no obstacle: a node may join
// meanwhile.
ClusterBackends open_cluster_backends(const Config& config, const Clock& clock);

// `playhead schema`: makes topics, keyspace and tables that are not there, and checks those that are. Throws
// StartupError.
void make_schema(const Config& config, const std::function<void(std::string_view line)>& tell);

}  // namespace playhead::app
