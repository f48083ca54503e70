#pragma once

// Counts values by their size, from any thread and without a lock: what a Prometheus histogram is made of.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace playhead {

// `Bounds`: a std::array of upper bounds, ascending, each part of its bucket; one more bucket holds what is greater.
template <const auto& Bounds>
class Histogram {
 public:
  using Value = typename std::remove_cvref_t<decltype(Bounds)>::value_type;

  void observe(Value value) {
    const auto bucket = std::ranges::lower_bound(Bounds, value) - Bounds.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(static_cast<std::uint64_t>(value), std::memory_order_relaxed);
  }

  static constexpr const auto& bounds() { return Bounds; }
  // Of that bucket alone. Reads of several buckets may miss what is observed meanwhile.
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket].load(std::memory_order_relaxed); }
  std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<std::uint64_t>, Bounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_{0};
};

}  // namespace playhead
