#include "store/cassandra/cell_time.h"

#include <algorithm>
#include <limits>

namespace playhead::store {
namespace {

constexpr std::int64_t kMicroseconds = 1'000;  // of a millisecond
// 2^53 ms in microseconds is within 64 bits, and no number in JSON is greater.
constexpr std::int64_t kLastTime = std::int64_t{1} << 53;
constexpr std::int64_t kAfterAllTimes = std::numeric_limits<std::int64_t>::max() - 1;

constexpr int kTimeBits = 42;
constexpr std::int64_t kTimes = std::int64_t{1} << kTimeBits;
constexpr std::uint64_t kCounters = std::uint64_t{1} << 20;

std::int64_t counter_part(std::uint64_t counter) {
  return static_cast<std::int64_t>(std::min(counter, kCounters)) << kTimeBits;
}

}  // namespace

std::int64_t CellTime::cell(const model::Version& version) const {
  if (!counters_) {
    if (version.counter > 0) return kAfterAllTimes;
    return std::clamp(version.time_ms, -kLastTime, kLastTime) * kMicroseconds;
  }
  const auto counter = counter_part(version.counter);
  if (version.counter >= kCounters) return counter;
  return counter + std::clamp<std::int64_t>(version.time_ms, 0, kTimes - 1);
}

std::int64_t CellTime::erase(const model::Version& up_to) const {
  if (!counters_) {
    if (up_to.counter > 0 || up_to.time_ms < -kLastTime || up_to.time_ms >= kLastTime) return cell(up_to) - 1;
    return cell(up_to) + kMicroseconds - 1;
  }
  // At the ends of the exact range, versions that are not covered have the same number.
  const bool exact = up_to.counter < kCounters && up_to.time_ms >= 0 && up_to.time_ms < kTimes - 1;
  return exact ? cell(up_to) : cell(up_to) - 1;
}

}  // namespace playhead::store
