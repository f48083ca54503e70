#pragma once

// Latencies are kept as counts in log-linear buckets, as HdrHistogram does: recording costs a few instructions and no
// memory however long a run is, and a percentile is never understated and at most 1/128 (0.8 %) too high.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace playhead::load {

// Nanoseconds up to this (18 minutes) are told apart; longer ones count as this long.
inline constexpr std::uint64_t kLongestNs = (std::uint64_t{1} << 40) - 1;
inline constexpr std::size_t kBuckets = 33 * 128 + 128;

std::size_t bucket_of(std::uint64_t ns);
// The greatest duration that falls into the bucket.
std::uint64_t bucket_top(std::size_t bucket);

// Plain counts, for one thread: what reports are computed from.
class Histogram {
 public:
  Histogram() : counts_(kBuckets) {}

  void record(std::uint64_t ns, std::uint64_t times = 1);
  void add(const Histogram& other);
  // `earlier` must be an older snapshot of what this is a snapshot of: leaves what came in between.
  void subtract(const Histogram& earlier);

  std::uint64_t count() const { return count_; }
  double mean_ns() const;
  // `percent` in 0…100: the duration that this share did not exceed; 0 when nothing was recorded.
  std::uint64_t percentile_ns(double percent) const;
  std::uint64_t max_ns() const { return percentile_ns(100); }

 private:
  friend class Recorder;
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
};

// One thread records; any thread may take snapshots meanwhile, which can miss the very last recordings.
class Recorder {
 public:
  void record(std::uint64_t ns) noexcept {
    bump(counts_[bucket_of(ns)], 1);
    bump(sum_ns_, ns);
  }
  Histogram snapshot() const;

 private:
  using Count = std::atomic<std::uint64_t>;
  // With a single writer this needs no locked instruction.
  static void bump(Count& count, std::uint64_t by) noexcept {
    count.store(count.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  std::array<Count, kBuckets> counts_{};
  Count sum_ns_{0};
};

}  // namespace playhead::load
