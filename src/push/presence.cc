#include "push/presence.h"

#include <algorithm>
#include <initializer_list>
#include <mutex>
#include <utility>

#include "push/presence_parts.h"

namespace playhead::push {
namespace {

// Hashes stand for texts: each heartbeat of a session would otherwise read, through a pointer, what it has said
// before. Two that are equal by chance, once in 10^19, mix up two of one user's own sessions.
std::uint64_t hash_of(std::initializer_list<std::string_view> texts) {
  std::uint64_t hash = 0;
  for (const auto text : texts) hash = hash * 0x9E3779B97F4A7C15u + std::hash<std::string_view>{}(text);
  return hash;
}

}  // namespace

Presence::Presence(const PresenceOptions& options, const Clock& clock)
    : options_(options),
      silence_ms_(options.silence.count()),
      clock_(clock),
      shards_(std::make_unique<Shard[]>(kPresenceShards)) {}
Presence::~Presence() = default;

Presence::Shard& Presence::shard(const HashedId& user) const { return shards_[shard_of(user, kPresenceShards)]; }

void Presence::set_live(Session& session, bool live) {
  session.live = live;
  const bool watching = live && session.state == model::State::kPlaying;
  if (watching == session.watching) return;
  session.watching = watching;
  watching_.add(session.show(), session.episode(), watching ? 1 : -1);
}

// Its session's place, or a new one; null when it isn't kept.
Presence::Session* Presence::place_for(User& user, const model::Update& update) {
  const auto id_hash = hash_of({id_of(update)});
  const auto found = std::ranges::find(user.sessions, id_hash, &Session::id_hash);
  if (found != user.sessions.end()) return &*found;
  if (user.sessions.size() >= options_.max_sessions_per_user) {
    const auto oldest = std::ranges::min_element(user.sessions, {}, &Session::version);
    if (update.version <= oldest->version) return nullptr;
    set_live(*oldest, false);
    *oldest = Session{.id_hash = id_hash};
    return &*oldest;
  }
  if (size() >= options_.max_sessions) return nullptr;
  size_.fetch_add(1, std::memory_order_relaxed);
  auto& added = user.sessions.emplace_back();
  added.id_hash = id_hash;
  return &added;
}

void Presence::prefetch_shard(const HashedId& user) const { __builtin_prefetch(&shard(user)); }
void Presence::prefetch_slot(const HashedId& user) const { shard(user).users.prefetch_slot(user); }
void Presence::prefetch_user(const HashedId& user) const { shard(user).users.prefetch_node(user); }

void Presence::note(const model::Update& update, const HashedId& user) {
  if (!options_.enabled || update.erase || update.mark != model::Mark::kNone) return;
  // Judged by when the server got it, so that a replay of old records doesn't ask the clock for each.
  if (update.received_ms - update.version.time_ms > options_.paused.count()) return;
  if (take(shard(user), update, user) && changed_) changed_(user);
}

bool Presence::take(Shard& in, const model::Update& update, const HashedId& user) {
  Session said{.about_hash = hash_of({update.device, update.show.text, update.episode.text}),
               .version = update.version,
               .position_ms = update.position_ms.value_or(0),
               .state = update.state};
  const std::lock_guard lock(in.mutex);
  if (!in.erased_up_to.empty()) {
    const auto erased = in.erased_up_to.find(std::string(user.text));
    if (erased != in.erased_up_to.end() && update.version.time_ms <= erased->second) return false;
  }
  auto* known = in.users.find(user);
  if (known == nullptr) {
    if (size() >= options_.max_sessions) return false;
    known = &in.users.insert(std::make_unique<User>(User{.hash = user.hash, .id = std::string(user.text)}));
  }
  auto* place = place_for(*known, update);
  if (place == nullptr && known->sessions.empty() && known->looks == 0) in.users.erase(*known);
  if (place == nullptr || said.order() <= place->order()) return false;
  const bool was_live = place->live;
  const bool elsewhere = place->texts.empty() || place->about_hash != said.about_hash;
  const bool otherwise = elsewhere || place->state != said.state;
  if (elsewhere) {
    set_live(*place, false);
    place->set_texts(update);
  }
  place->about_hash = said.about_hash;
  place->version = said.version;
  place->position_ms = said.position_ms;
  place->received_ms = update.received_ms;
  place->state = said.state;
  place->show_integer = update.show.integer;
  place->episode_integer = update.episode.integer;
  set_live(*place, !over(said.state) && silent_at(*place) > update.received_ms);
  look_again_at(in, *known, due_at(*place));
  return was_live != place->live || (was_live && otherwise);
}

void Presence::forget(const HashedId& user, std::int64_t up_to_ms) {
  auto& in = shard(user);
  {
    const std::lock_guard lock(in.mutex);
    auto& erased = in.erased_up_to[std::string(user.text)];
    erased = std::max(erased, up_to_ms);
    auto* found = in.users.find(user);
    if (found == nullptr) return;
    // The user itself goes when it is looked at.
    drop_sessions(*found, [&](const Session& session) { return session.version.time_ms <= up_to_ms; });
  }
  if (changed_) changed_(user);
}

std::vector<SessionNow> Presence::sessions(const HashedId& user) const {
  std::vector<SessionNow> live;
  const auto now = clock_.now_ms();
  const auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  const auto* found = in.users.find(user);
  if (found == nullptr) return live;
  for (const auto& session : found->sessions) {
    if (over(session.state) || silent_at(session) <= now) continue;
    live.push_back({.session = std::string(session.text(0)),
                    .device = std::string(session.text(1)),
                    .show = std::string(session.show()),
                    .episode = std::string(session.episode()),
                    .show_integer = session.show_integer,
                    .episode_integer = session.episode_integer,
                    .position_ms = session.position_ms,
                    .state = session.state,
                    .version = session.version});
  }
  std::ranges::sort(live, std::greater{}, &SessionNow::version);
  return live;
}

std::size_t Presence::size() const { return size_.load(std::memory_order_relaxed); }

}  // namespace playhead::push
