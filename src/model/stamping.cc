#include "model/stamping.h"

#include <algorithm>

namespace playhead::model {

std::int64_t corrected_time(const Heartbeat& heartbeat, std::int64_t received_ms) {
  if (!heartbeat.timestamp_ms) return received_ms;
  std::int64_t time = *heartbeat.timestamp_ms;
  if (heartbeat.clock == ClockKind::kDevice && heartbeat.sent_at_ms) {
    const auto sent = *heartbeat.sent_at_ms;
    time += std::clamp(sent, received_ms - kSendTolerance_ms, received_ms) - sent;
  }
  return std::min(time, received_ms);
}

bool eligible(const Heartbeat& heartbeat, const Thresholds& thresholds) {
  if (heartbeat.provisional) return !*heartbeat.provisional;
  return heartbeat.seek || heartbeat.position_ms.value_or(0) >= thresholds.provisional_ms;
}

bool started(std::int64_t position_ms, std::optional<std::int64_t> duration_ms, const Thresholds& thresholds) {
  if (position_ms >= thresholds.started_ms) return true;
  return duration_ms && *duration_ms > 0 && position_ms * 100 >= *duration_ms * thresholds.started_percent;
}

bool finished(std::int64_t position_ms, std::optional<std::int64_t> duration_ms,
              std::optional<std::int64_t> credits_at_ms, const Thresholds& thresholds) {
  if (credits_at_ms && *credits_at_ms > 0 && *credits_at_ms * 2 >= duration_ms.value_or(0)) {
    return position_ms >= *credits_at_ms;
  }
  if (!duration_ms || *duration_ms <= 0) return false;
  if (*duration_ms < thresholds.short_item_ms) {
    return position_ms * 100 >= *duration_ms * thresholds.finished_percent;
  }
  return position_ms >= *duration_ms - thresholds.finished_remaining_ms;
}

Update stamp(const Heartbeat& heartbeat, std::int64_t received_ms, const StampRules& rules) {
  Update update;
  update.user = heartbeat.user;
  update.show = heartbeat.show;
  update.episode = heartbeat.episode;
  update.received_ms = received_ms;
  update.version.time_ms = corrected_time(heartbeat, received_ms);
  update.version.seq = heartbeat.seq;
  if (rules.ordering == Ordering::kCounter) update.version.counter = heartbeat.counter.value_or(0);
  update.position_ms = heartbeat.position_ms;
  // Players do report positions a little past the end; a duration of 0 says nothing.
  if (heartbeat.duration_ms && *heartbeat.duration_ms > 0) {
    update.duration_ms = heartbeat.duration_ms;
    if (update.position_ms) update.position_ms = std::min(*update.position_ms, *update.duration_ms);
  }
  update.credits_at_ms = heartbeat.credits_at_ms;
  update.next_episode = heartbeat.next_episode;
  update.device = heartbeat.device;
  update.session = heartbeat.session;
  update.state = heartbeat.state;
  update.mark = heartbeat.mark;
  update.live = heartbeat.live;
  if (heartbeat.mark == Mark::kNone && !heartbeat.live && update.position_ms) {
    update.eligible = eligible(heartbeat, rules.thresholds);
    // A player that knows no duration still knows when it came to the end.
    const bool ended = heartbeat.state == State::kEnded && !update.duration_ms;
    update.finished = update.eligible && (ended || finished(*update.position_ms, update.duration_ms,
                                                            update.credits_at_ms, rules.thresholds));
  }
  return update;
}

}  // namespace playhead::model
