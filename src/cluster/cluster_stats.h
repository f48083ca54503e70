#pragma once

// Counters of what only a node among others does; read by /metrics.

#include <array>
#include <atomic>
#include <cstdint>

#include "base/histogram.h"

namespace playhead::cluster {

// Microseconds of one step of a read, from what memory answers to what a reader gives up on.
inline constexpr std::array<std::uint64_t, 15> kReadBoundsUs = {
    50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000};

// What a read waits for at the user's owner, step by step.
struct ReadTimes {
  Histogram<kReadBoundsUs> log_end_us;   // until Kafka has said where the partition ends
  Histogram<kReadBoundsUs> catch_up_us;  // then until everything below that is applied
  Histogram<kReadBoundsUs> store_us;     // then until the database has answered
};

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
  ReadTimes read_times;
  Counter follows_lost{0};  // owners that could not be followed any more; another is looked for
  Counter dead_letters{0};
  Counter records_damaged{0};  // gaps in the log
  Counter records_too_new{0};

  static void add(Counter& counter, std::uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }
};

}  // namespace playhead::cluster
