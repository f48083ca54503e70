#pragma once

// From what a player sent to what the log records: when it counts, whether it may move the resume point, and
// whether the episode is finished. Pure; the only step that looks at a clock's reading or at config.

#include <cstdint>

#include "model/update.h"

namespace playhead::model {

enum class Ordering : std::uint8_t {
  kTimestamp,  // the corrected time decides
  kCounter,    // a per-user session counter decides first, for fleets whose clocks can't be trusted
};

// When an item counts as begun and as seen to its end. Milliseconds and percent of the duration.
struct Thresholds {
  std::int64_t started_ms = 120'000;
  int started_percent = 3;
  std::int64_t finished_remaining_ms = 180'000;
  int finished_percent = 90;               // for short items
  std::int64_t short_item_ms = 1'800'000;  // below this, finished_percent decides
  std::int64_t provisional_ms = 5'000;     // a position under this that is no seek doesn't move the resume point
};

struct StampRules {
  Ordering ordering = Ordering::kTimestamp;
  Thresholds thresholds;
};

// A network delay up to this is taken as such; a difference beyond it means that the device's clock is wrong.
inline constexpr std::int64_t kSendTolerance_ms = 10'000;

// When the viewer was there, in the server's time; never later than `received_ms`. Continuous in both device
// times, and for one session (one clock, rising timestamps) it keeps the order.
std::int64_t corrected_time(const Heartbeat& heartbeat, std::int64_t received_ms);

bool eligible(const Heartbeat& heartbeat, const Thresholds& thresholds);

// Begun: started_ms or started_percent of the duration, whichever comes first.
bool started(std::int64_t position_ms, std::optional<std::int64_t> duration_ms, const Thresholds& thresholds);

// Seen to the end: from the credits where known, else finished_remaining_ms before the end, or
// finished_percent of a short item. Credits that begin in the first half are taken for an error and don't
// count.
bool finished(std::int64_t position_ms, std::optional<std::int64_t> duration_ms,
              std::optional<std::int64_t> credits_at_ms, const Thresholds& thresholds);

// The result borrows the heartbeat's views. In counter mode a heartbeat without a counter gets 0; callers
// refuse it before where that matters.
Update stamp(const Heartbeat& heartbeat, std::int64_t received_ms, const StampRules& rules);

}  // namespace playhead::model
