#pragma once

// How long players are told to wait before their next heartbeat.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace playhead::server::api {

// Any thread.
class Pace {
 public:
  explicit Pace(std::chrono::milliseconds interval) : interval_ms_(interval.count()) {}

  // The interval and up to a tenth more, another part of it each time, so that players who began together, or came
  // back together after a restart, drift apart.
  std::chrono::milliseconds next_in() const {
    const auto interval = interval_ms_.load(std::memory_order_relaxed);
    // Tenths of seconds: nobody needs more, and answers stay short.
    const auto drawn =
        static_cast<std::int64_t>(draws_.fetch_add(0x9E3779B97F4A7C15u, std::memory_order_relaxed) >> 40);
    const auto more = interval / 10 * drawn >> 24;
    return std::chrono::milliseconds((interval + more) / 100 * 100);
  }
  std::chrono::milliseconds interval() const {
    return std::chrono::milliseconds(interval_ms_.load(std::memory_order_relaxed));
  }
  void set(std::chrono::milliseconds interval) { interval_ms_.store(interval.count(), std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> interval_ms_;
  // Multiples of the golden ratio spread evenly, however few are drawn.
  mutable std::atomic<std::uint64_t> draws_{0};
};

}  // namespace playhead::server::api
