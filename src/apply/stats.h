#pragma once

// Counters of everything behind the ack, written with relaxed atomics where things happen and read by /metrics.

#include <array>
#include <atomic>
#include <cstdint>

#include "base/histogram.h"

namespace playhead::apply {

// Updates in one record, from a player alone to what the queue holds.
inline constexpr std::array<std::uint64_t, 15> kCommitUpdateBounds = {1,   2,    5,    10,   20,    50,    100,  200,
                                                                      500, 1000, 2000, 5000, 10000, 20000, 50000};
// Microseconds of one append: from a disk with a cache of its own to one that fails.
inline constexpr std::array<std::uint64_t, 15> kCommitBoundsUs = {
    50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000};

struct Stats {
  using Counter = std::atomic<std::uint64_t>;

  // Committer
  Counter commits{0};
  Counter committed_bytes{0};
  Counter commit_failures{0};
  Counter commit_nanoseconds{0};  // spent in appends that succeeded
  Histogram<kCommitUpdateBounds> commit_updates;
  Histogram<kCommitBoundsUs> commit_us;
  Counter refused_full{0};  // submissions refused because a queue or the view was full
  // Applier
  Counter applied_updates{0};
  Counter changed_rows{0};  // updates that changed the view
  Counter erased_users{0};
  // Flusher
  Counter flushes{0};
  Counter item_writes{0};
  Counter flush_failures{0};
  Counter flush_nanoseconds{0};
  Counter trimmed_rows{0};  // dropped because a user was beyond limits.items_per_user
  // Gauges
  Counter checkpoint{0};
  Counter view_bytes{0};
  Counter view_rows{0};
  Counter queued_bytes{0};  // submitted and not yet handed to the log

  static void add(Counter& counter, std::uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }
  static void set(Counter& gauge, std::uint64_t value) { gauge.store(value, std::memory_order_relaxed); }
};

}  // namespace playhead::apply
