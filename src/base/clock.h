#pragma once

// Time is always asked of a Clock, so that tests and the simulator can own it.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace playhead {

using Monotonic = std::chrono::steady_clock::time_point;

// Any thread may call.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock: milliseconds since the Unix epoch.
  virtual std::int64_t now_ms() const = 0;
  // For time-outs and intervals: never goes back.
  virtual Monotonic monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override;
  Monotonic monotonic() const override;
};

// Stands still until told otherwise.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms) : now_ms_(now_ms) {}
  std::int64_t now_ms() const override { return now_ms_.load(); }
  Monotonic monotonic() const override { return Monotonic{std::chrono::milliseconds(now_ms_.load())}; }
  void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }
  void set(std::int64_t now_ms) { now_ms_ = now_ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
};

}  // namespace playhead
