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

// When the viewer was there, in the server's time; never later than `received_ms`, never before the epoch.
// Continuous in both device times. A session's order is kept (equal times at worst, which `seq` decides) while its
// clock and the network stay within the tolerance; beyond it, for what was sent together and for what was sent as it
// happened and came in that order. `sentAt` belongs to the sending: a retry that repeats an old one looks like a slow
// clock.
std::int64_t corrected_time(const Heartbeat& heartbeat, std::int64_t received_ms);

bool eligible(const Heartbeat& heartbeat, const Thresholds& thresholds);

// Begun: started_ms or started_percent of the duration, whichever comes first.
bool started(std::int64_t position_ms, std::optional<std::int64_t> duration_ms, const Thresholds& thresholds);

// Seen to the end: from the credits where known, else finished_remaining_ms before the end, or
// finished_percent of a short item. Credits that begin in the first half or not before the end are taken for an error
// and don't count. All values are at most kMaxInteger.
bool finished(std::int64_t position_ms, std::optional<std::int64_t> duration_ms,
              std::optional<std::int64_t> credits_at_ms, const Thresholds& thresholds);

// What forgets everything of `user` that is in the order up to now. `greatest_counter` is History's, of all of the
// user's rows, in counter mode and 0 otherwise: a session that was told of that counter is covered up to now as well.
Update erasure(IdView user, std::int64_t now_ms, std::uint64_t greatest_counter);

// The result borrows the heartbeat's views. Its times and positions are from 0 to kMaxInteger when `received_ms` is.
// In counter mode a heartbeat without a counter gets 0; callers refuse it before where that matters.
// `arrival` orders what arrived in one millisecond: it stands in for `seq` where the heartbeat has neither that nor a
// time.
Update stamp(const Heartbeat& heartbeat, std::int64_t received_ms, const StampRules& rules,
             std::uint64_t arrival = 0);

}  // namespace playhead::model
