#pragma once

// Counters of what only a node among others does; read by /metrics.

#include <atomic>
#include <cstdint>

namespace playhead::cluster {

struct ClusterStats {
  using Counter = std::atomic<std::uint64_t>;

  Counter partitions_taken{0};  // owner changes, to this node
  Counter partitions_handed_on{0};
  Counter partitions_lost{0};  // taken away from it while it was held for dead
  Counter reads_here{0};
  Counter reads_forwarded{0};
  Counter reads_for_others{0};
  Counter reads_fallen_back{0};  // the owner did not answer, or there was none
  Counter reads_stale{0};
  Counter follows_lost{0};  // owners that could not be followed any more; another is looked for
  Counter dead_letters{0};
  Counter records_damaged{0};  // gaps in the log
  Counter records_too_new{0};

  static void add(Counter& counter, std::uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }
};

}  // namespace playhead::cluster
