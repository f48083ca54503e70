#pragma once

// When a device that lost its connection tries again: the rule of the SDK (sdk/src/live.ts), without I/O.

#include <algorithm>
#include <chrono>

namespace playhead::bench {

class Comeback {
 public:
  using Clock = std::chrono::steady_clock;

  // Without a word from the server for so long, an attempt counts as failed.
  static constexpr std::chrono::seconds kGiveUp{10};

  void attempt(Clock::time_point now) { since_ = now; }
  // The attempt failed, or its connection ended with this close code (0: without any). `part` is drawn by lot from
  // 0…1.
  Clock::time_point lost(Clock::time_point now, unsigned code, double part) {
    if (now - since_ > kSteady) failures_ = 0;
    const auto most = code == kTooMany ? kLongest : std::min(kLongest, kFirst * (1U << std::min(failures_++, 5U)));
    return now + std::chrono::duration_cast<Clock::duration>(most * part);
  }

 private:
  using Seconds = std::chrono::duration<double>;
  static constexpr Seconds kFirst{2}, kLongest{60}, kSteady{10};
  static constexpr unsigned kTooMany = 4429;

  unsigned failures_ = 0;
  Clock::time_point since_{};
};

}  // namespace playhead::bench
