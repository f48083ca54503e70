#pragma once

// Reads from the pipeline's counters how the log keeps up.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "apply/pacing.h"
#include "apply/stats.h"

namespace playhead::apply {

// One thread.
class PacingGauge {
 public:
  // `stats` outlives it; `queue_bytes` is the bound of the committer's queue.
  PacingGauge(const Stats& stats, std::uint64_t queue_bytes) : stats_(stats), queue_bytes_(queue_bytes) {}

  // What happened since the last one.
  PacingSample sample() {
    const auto commits = increase(stats_.commits, commits_);
    const auto bytes = increase(stats_.committed_bytes, bytes_);
    const auto spent = increase(stats_.commit_nanoseconds, nanoseconds_);
    const auto refused = increase(stats_.refused_full, refused_);
    // A record is what the queue held when it was taken.
    const auto queued =
        std::max(stats_.queued_bytes.load(std::memory_order_relaxed), commits == 0 ? 0 : bytes / commits);
    return {.queue_share = static_cast<double>(queued) / static_cast<double>(queue_bytes_),
            .commit_latency = std::chrono::nanoseconds(commits == 0 ? 0 : spent / commits),
            .refused = refused > 0};
  }

 private:
  static std::uint64_t increase(const Stats::Counter& counter, std::uint64_t& before) {
    const auto now = counter.load(std::memory_order_relaxed);
    return now - std::exchange(before, now);
  }

  const Stats& stats_;
  const std::uint64_t queue_bytes_;
  std::uint64_t commits_ = 0, bytes_ = 0, nanoseconds_ = 0, refused_ = 0;
};

}  // namespace playhead::apply
