// When sessions end by silence, and when nothing needs to be remembered of them.

#include <algorithm>
#include <limits>
#include <utility>

#include "push/presence_parts.h"

namespace playhead::push {
namespace {

// Of a longer silence, what is forgotten at a time: from 180 to 30 s in some two minutes at four times a second.
constexpr std::int64_t kForgettingIntervals = 256;

}  // namespace

void Presence::told_interval(std::chrono::milliseconds interval) {
  const auto before = silence_ms_.load(std::memory_order_relaxed);
  const auto least = std::max(options_.silence.count(), 3 * interval.count());
  silence_ms_.store(std::max(least, before - before / kForgettingIntervals), std::memory_order_relaxed);
}

std::int64_t Presence::silent_at(const Session& session) const {
  const auto silence_ms = silence_ms_.load(std::memory_order_relaxed);
  const auto limit = session.state == model::State::kPaused ? options_.paused.count() : silence_ms;
  return session.version.time_ms + limit + 1;
}

std::int64_t Presence::forgettable_at(const Session& session) const {
  if (!over(session.state)) return silent_at(session);
  // Long enough that no late update brings it back.
  return std::max(silent_at(session), session.received_ms + silence_ms_.load(std::memory_order_relaxed) + 1);
}

std::int64_t Presence::due_at(const Session& session) const {
  return session.live ? silent_at(session) : forgettable_at(session);
}

void Presence::look_again_at(Shard& in, User& user, std::int64_t due_ms) {
  if (due_ms >= user.look_ms) return;
  user.look_ms = due_ms;
  ++user.looks;
  const auto second = std::max(due_ms / kSecond_ms, in.wheel_s);
  in.wheel[static_cast<std::size_t>(second) % kWheel].push_back({due_ms, &user});
}

// True when a session has ended.
bool Presence::expire_user(Shard& in, User& user, std::int64_t now_ms) {
  bool ended = false;
  for (auto& session : user.sessions) {
    if (!session.live || silent_at(session) > now_ms) continue;
    set_live(session, false);
    ended = true;
  }
  drop_sessions(user, [&](const Session& session) { return !session.live && forgettable_at(session) <= now_ms; });
  for (const auto& session : user.sessions) look_again_at(in, user, due_at(session));
  return ended;
}

void Presence::expire(Shard& in, std::int64_t now_ms) {
  std::vector<std::string> ended;
  {
    const std::lock_guard lock(in.mutex);
    const auto now_s = now_ms / kSecond_ms;
    in.wheel_s = std::clamp(in.wheel_s, now_s - static_cast<std::int64_t>(kWheel) + 1, now_s);
    for (auto second = in.wheel_s; second <= now_s; ++second) {
      in.wheel_s = second;
      auto& slot = in.wheel[static_cast<std::size_t>(second) % kWheel];
      if (slot.empty()) continue;
      auto looks = std::exchange(slot, {});
      for (const auto& [at_ms, user] : looks) {
        if (at_ms > now_ms) {
          slot.push_back({at_ms, user});
          continue;
        }
        --user->looks;
        if (at_ms == user->look_ms) user->look_ms = std::numeric_limits<std::int64_t>::max();
        if (expire_user(in, *user, now_ms) && changed_) ended.push_back(user->id);
        if (user->sessions.empty() && user->looks == 0) in.users.erase(*user);
      }
    }
    boost::unordered::erase_if(in.erased_up_to,
                               [&](const auto& entry) { return entry.second + options_.paused.count() < now_ms; });
  }
  for (const auto& user : ended) changed_(user);
}

void Presence::sweep() {
  expire(shards_[next_shard_.fetch_add(1, std::memory_order_relaxed) % kPresenceShards], clock_.now_ms());
}

void Presence::expire_all() {
  const auto now = clock_.now_ms();
  for (std::size_t i = 0; i < kPresenceShards; ++i) expire(shards_[i], now);
}

}  // namespace playhead::push
