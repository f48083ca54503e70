#pragma once

// How far another node's wall clock is from ours, by the pings that went between them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace playhead::link {

struct ClockSample {
  std::chrono::milliseconds offset;      // the peer's clock less ours
  std::chrono::microseconds round_trip;  // the offset is right to within half of it, and a millisecond
};

// Wall clocks in milliseconds since the Unix epoch: ours when the ping left and when its answer came, the peer's
// between the two.
ClockSample clock_sample(std::int64_t left_ms, std::int64_t peer_ms, std::int64_t back_ms,
                         std::chrono::microseconds round_trip);

// The last few. Pure; one thread.
class ClockSamples {
 public:
  explicit ClockSamples(std::size_t limit) : limit_(limit) {}

  // A sample that can't be true together with an earlier one says that a clock was set: all earlier ones go.
  void add(const ClockSample& sample);
  // The one with the smallest round trip: what delays a ping delays one of its ways, and so shifts the offset.
  std::optional<ClockSample> best() const;

 private:
  std::size_t limit_;
  std::deque<ClockSample> samples_;
};

}  // namespace playhead::link
