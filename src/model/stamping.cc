#include "model/stamping.h"

#include <algorithm>

namespace playhead::model {
namespace {

std::optional<std::int64_t> known(std::optional<std::int64_t> milliseconds) {
  if (!milliseconds || *milliseconds <= 0) return std::nullopt;
  return std::min(*milliseconds, kMaxInteger);
}

}  // namespace

std::int64_t corrected_time(const Heartbeat& heartbeat, std::int64_t received_ms) {
  if (!heartbeat.timestamp_ms) return received_ms;
  std::int64_t time = *heartbeat.timestamp_ms;
  if (heartbeat.clock == ClockKind::kDevice && heartbeat.sent_at_ms) {
    const auto sent = *heartbeat.sent_at_ms;
    time += std::clamp(sent, received_ms - kSendTolerance_ms, received_ms) - sent;
  }
  return std::clamp<std::int64_t>(time, 0, std::max<std::int64_t>(received_ms, 0));
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
  const bool duration_known = duration_ms && *duration_ms > 0;
  if (credits_at_ms && *credits_at_ms > 0) {
    const bool plausible = !duration_known || (*credits_at_ms * 2 >= *duration_ms && *credits_at_ms < *duration_ms);
    if (plausible) return position_ms >= *credits_at_ms;
  }
  if (!duration_known) return false;
  if (*duration_ms < thresholds.short_item_ms) {
    return position_ms * 100 >= *duration_ms * thresholds.finished_percent;
  }
  return position_ms >= *duration_ms - thresholds.finished_remaining_ms;
}

Update erasure(IdView user, std::int64_t now_ms, std::uint64_t greatest_counter) {
  return {.user = user,
          .version = {.counter = greatest_counter, .time_ms = now_ms},
          .received_ms = now_ms,
          .erase = true};
}

Update stamp(const Heartbeat& heartbeat, std::int64_t received_ms, const StampRules& rules, std::uint64_t arrival) {
  Update update;
  update.user = heartbeat.user;
  update.show = heartbeat.show;
  update.episode = heartbeat.episode;
  update.received_ms = received_ms;
  update.version.time_ms = corrected_time(heartbeat, received_ms);
  update.version.seq = heartbeat.seq == 0 && !heartbeat.timestamp_ms ? arrival : heartbeat.seq;
  if (rules.ordering == Ordering::kCounter) update.version.counter = heartbeat.counter.value_or(0);
  // Players do report positions a little past the end; a duration or credits of 0 say nothing.
  update.duration_ms = known(heartbeat.duration_ms);
  update.credits_at_ms = known(heartbeat.credits_at_ms);
  if (heartbeat.position_ms) {
    update.position_ms =
        std::clamp<std::int64_t>(*heartbeat.position_ms, 0, update.duration_ms.value_or(kMaxInteger));
  }
  update.next_episode = heartbeat.next_episode;
  update.device = heartbeat.device;
  update.session = heartbeat.session;
  update.state = heartbeat.state;
  update.mark = heartbeat.mark;
  update.live = heartbeat.live;
  update.seek = heartbeat.seek;
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
