#pragma once

// Counters of everything behind the ack, written with relaxed atomics where things happen and read by /metrics.

#include <atomic>
#include <cstdint>

namespace playhead::apply {

struct Stats {
  using Counter = std::atomic<std::uint64_t>;

  // Committer
  Counter commits{0};
  Counter committed_bytes{0};
  Counter commit_failures{0};
  Counter commit_nanoseconds{0};  // spent in appends that succeeded
  Counter refused_full{0};        // submissions refused because a queue or the view was full
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
