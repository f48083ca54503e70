#include "apply/pacing.h"

#include <algorithm>
#include <utility>

namespace playhead::apply {
namespace {

// A part of what the log was seen to take is left for who comes unexpected.
constexpr double kHeadroom = 0.9;
// The limit is tried upwards by this part of itself in one interval: a step too far shows one interval later.
constexpr double kProbe = 0.02;
// Below this part of the load that slows the fleet down there is room.
constexpr double kCalm = 0.5;
constexpr double kLoadOfRefusals = 2;
// Of the floor, what intervals are spread over.
constexpr int kSpread = 10;

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

Pacing::Pacing(const PacingOptions& options)
    : options_(options),
      // All of the calendar reaches past the ceiling and what it is spread over.
      slot_(std::max<std::int64_t>(1, options.ceiling.count() * 5 / 4 / static_cast<std::int64_t>(kSlots) + 1)),
      told_s_(seconds(options.floor)) {}

std::int64_t Pacing::slot_of(Monotonic time) const { return time.time_since_epoch() / slot_; }

void Pacing::forget_past(std::int64_t slot) {
  const auto oldest = std::max(first_slot_, slot - static_cast<std::int64_t>(kSlots));
  for (auto past = oldest; past < slot; ++past) {
    expected_ -= booked(past);
    booked(past) = 0;
  }
  first_slot_ = std::max(first_slot_, slot);
}

// The first slot from the floor on with room; the ceiling when there is none.
std::int64_t Pacing::place_for(std::uint64_t updates, std::int64_t now_slot) {
  const auto first = now_slot + options_.floor / slot_ + 1;
  const auto last = std::max(first, now_slot + options_.ceiling / slot_ - 1);
  const double room = limit_ * seconds(slot_);
  for (auto slot = first; slot < last; ++slot) {
    if (booked(slot) == 0 || static_cast<double>(booked(slot) + updates) <= room) return slot;
  }
  return last;
}

std::chrono::milliseconds Pacing::next_in(std::uint64_t updates, Monotonic now) {
  const std::lock_guard lock(mutex_);
  const auto now_slot = slot_of(now);
  forget_past(now_slot);
  // Multiples of the golden ratio spread evenly, however few are drawn.
  const auto draw = static_cast<std::int64_t>((draws_ += 0x9E3779B97F4A7C15u) >> 40);
  const auto some_of = [&](std::chrono::milliseconds span) {
    return std::chrono::milliseconds(span.count() * draw >> 24);
  };
  std::chrono::milliseconds told{};
  if (limit_ == kUnlimited) {
    told = options_.floor + some_of(options_.floor / kSpread);
    booked(slot_of(now + told)) += updates;
  } else {
    const auto slot = place_for(updates, now_slot);
    booked(slot) += updates;
    const Monotonic then{slot * slot_ + some_of(slot_)};
    told = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(then - now), options_.floor,
                      options_.ceiling + options_.floor / kSpread);
  }
  expected_ += updates;
  answered_ += updates;
  told_s_ += (seconds(told) - told_s_) / 64;
  return told;
}

double Pacing::load_of(const PacingSample& sample) const {
  return std::max({sample.queue_share / options_.queue_share,
                   seconds(sample.commit_latency) / seconds(options_.commit_latency),
                   sample.refused ? kLoadOfRefusals : 0});
}

void Pacing::note(const PacingSample& sample, Monotonic now) {
  const std::lock_guard lock(mutex_);
  const double passed = begun_ ? seconds(now - last_) : 0;
  last_ = now;
  // After a pause of the machine nothing is known of the time in between.
  if (!std::exchange(begun_, true) || passed <= 0 || passed > 10) return;
  forget_past(slot_of(now));
  rate_ += (static_cast<double>(std::exchange(answered_, 0)) / passed - rate_) * std::min(1.0, passed);
  const double load = load_of(sample);
  if (load > 1) {
    // Once in a while: what is on its way can't be called back.
    if (limit_ != kUnlimited && now - cut_ < options_.floor) return;
    cut_ = now;
    limit_ = std::max(1.0, std::min(limit_, rate_) * kHeadroom);
    proven_ = std::max(rate_, proven_ * kHeadroom);
    return;
  }
  proven_ = std::max(proven_, rate_);
  if (limit_ == kUnlimited || load > kCalm) return;
  limit_ *= 1 + kProbe * passed / told_s_;
  // A disk that was slow for a moment: what it took before it will take again.
  if (now - cut_ > options_.floor) limit_ = std::max(limit_, proven_ * kHeadroom);
  // With room for everybody at the floor there is no limit to keep.
  if (static_cast<double>(expected_) / seconds(options_.floor) < limit_ * kHeadroom) limit_ = kUnlimited;
}

std::chrono::milliseconds Pacing::interval() const {
  const std::lock_guard lock(mutex_);
  return std::chrono::milliseconds(static_cast<std::int64_t>(told_s_ * 1000));
}

}  // namespace playhead::apply
