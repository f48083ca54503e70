#pragma once

// Keeps a partition that takes nothing from costing every record its whole time-out: after a failure records are
// refused at once, and now and then one is let through to see.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace playhead::log::kafka {

class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  bool open() const { return retry_at_.load(std::memory_order_relaxed) != 0; }

  // Whether a record may try. While open, one may when it is time, and the next `trial_takes` later unless the first
  // has succeeded by then. One thread.
  bool admits(Time now, Duration trial_takes) {
    const auto at = retry_at_.load(std::memory_order_relaxed);
    if (at == 0) return true;
    if (now.time_since_epoch().count() < at) return false;
    // Closed meanwhile: then it stays so.
    auto expected = at;
    retry_at_.compare_exchange_strong(expected, (now + trial_takes).time_since_epoch().count());
    return true;
  }

  // Any thread.
  void succeeded() {
    if (open()) retry_at_.store(0, std::memory_order_relaxed);
  }
  void failed(Time now, Duration pause) {
    retry_at_.store((now + pause).time_since_epoch().count(), std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> retry_at_{0};  // 0: closed
};

}  // namespace playhead::log::kafka
