#pragma once

// Keeps a peer from filling the log: one line an interval, which says how many were left out.

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/clock.h"

namespace playhead::server {

// Not thread-safe; one for each kind of line.
class LogLimiter {
 public:
  explicit LogLimiter(std::chrono::milliseconds interval = std::chrono::seconds(10)) : interval_(interval) {}

  // How many lines were left out since the last one, when a line may be written now.
  std::optional<std::uint64_t> allow(Monotonic now) {
    if (now < next_) {
      ++left_out_;
      return std::nullopt;
    }
    next_ = now + interval_;
    return std::exchange(left_out_, 0);
  }

 private:
  std::chrono::milliseconds interval_;
  Monotonic next_ = Monotonic::min();
  std::uint64_t left_out_ = 0;
};

}  // namespace playhead::server
