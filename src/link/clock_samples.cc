#include "link/clock_samples.h"

#include <algorithm>

namespace playhead::link {
namespace {

bool can_both_be_true(const ClockSample& a, const ClockSample& b) {
  // Each of the three readings was cut to a whole millisecond.
  constexpr std::chrono::milliseconds kCut{2};
  const auto distance = a.offset > b.offset ? a.offset - b.offset : b.offset - a.offset;
  return distance <= (a.round_trip + b.round_trip) / 2 + kCut;
}

}  // namespace

ClockSample clock_sample(std::int64_t left_ms, std::int64_t peer_ms, std::int64_t back_ms,
                         std::chrono::microseconds round_trip) {
  return {std::chrono::milliseconds(peer_ms - left_ms - (back_ms - left_ms) / 2), round_trip};
}

void ClockSamples::add(const ClockSample& sample) {
  const bool was_set = std::any_of(samples_.begin(), samples_.end(),
                                   [&](const ClockSample& earlier) { return !can_both_be_true(earlier, sample); });
  if (was_set) samples_.clear();
  samples_.push_back(sample);
  if (samples_.size() > limit_) samples_.pop_front();
}

std::optional<ClockSample> ClockSamples::best() const {
  const auto best =
      std::min_element(samples_.begin(), samples_.end(),
                       [](const ClockSample& a, const ClockSample& b) { return a.round_trip < b.round_trip; });
  if (best == samples_.end()) return std::nullopt;
  return *best;
}

}  // namespace playhead::link
