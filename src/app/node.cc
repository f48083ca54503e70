#include "app/node.h"

#include "app/backends.h"
#include "app/embedded_node.h"
#include "base/error.h"
#ifdef PLAYHEAD_CASSANDRA
#include "app/cluster_node.h"
#endif

namespace playhead::app {

std::unique_ptr<Node> make_node(const Config& config, const Clock& clock, rocksdb::Env* env) {
  if (config.clustered()) {
#ifdef PLAYHEAD_CASSANDRA
    return std::make_unique<ClusterNode>(config, open_cluster_backends(config, clock), clock);
#else
    throw StartupError(
        "kafka.brokers makes this a node of a cluster, and this program was built without the Cassandra store: build "
        "it "
        "with -DPLAYHEAD_CASSANDRA=ON, as `./dev build --cluster` does.");
#endif
  }
  return std::make_unique<EmbeddedNode>(config, open_backends(config, clock, env), clock);
}

}  // namespace playhead::app
