#include "push/presence.h"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <initializer_list>
#include <limits>
#include <mutex>
#include <tuple>

#include "base/hash_index.h"

namespace playhead::push {
namespace {

constexpr std::size_t kShards = 256;

bool over(model::State state) { return state == model::State::kStopped || state == model::State::kEnded; }

// Hashes stand for texts: each heartbeat of a session would otherwise read, through a pointer, what it has said
// before. Two that are equal by chance, once in 10^19, mix up two of one user's own sessions.
std::uint64_t hash_of(std::initializer_list<std::string_view> texts) {
  std::uint64_t hash = 0;
  for (const auto text : texts) hash = hash * 0x9E3779B97F4A7C15u + std::hash<std::string_view>{}(text);
  return hash;
}

std::string_view id_of(const model::Update& update) {
  return !update.session.empty() ? update.session : update.device;
}

}  // namespace

// A session in one piece of memory, but for its texts.
struct Presence::Session {
  std::uint64_t id_hash = 0;
  std::uint64_t about_hash = 0;
  model::Version version{.time_ms = std::numeric_limits<std::int64_t>::min()};  // before anything that is said
  std::int64_t position_ms = 0;
  std::int64_t received_ms = 0;
  model::State state = model::State::kPlaying;
  bool show_integer = false, episode_integer = false;
  std::array<std::uint32_t, 3> ends{};  // of session, device and show in `texts`; the rest is the episode
  std::string texts;

  void set_texts(const model::Update& update) {
    texts.clear();
    std::size_t next = 0;
    for (const auto text : {id_of(update), update.device, update.show.text, update.episode.text}) {
      texts.append(text);
      if (next < ends.size()) ends[next++] = static_cast<std::uint32_t>(texts.size());
    }
  }
  std::string_view text(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(texts).substr(begin, (i < ends.size() ? ends[i] : texts.size()) - begin);
  }
  // Which of two reports of a session is the later one, whatever order they arrive in: of one moment's, the one that
  // ends it. The rest only makes the order total.
  auto order() const { return std::tuple(version, over(state), position_ms, state, about_hash); }
};

struct Presence::User {
  std::uint64_t hash;
  std::string id;
  boost::container::small_vector<Session, 1> sessions;
};

// What every lookup needs is in its first line of memory.
struct alignas(kCacheLine) Presence::Shard {
  mutable std::mutex mutex;
  HashIndex<User> users;
  // Until no update from before can count any more.
  boost::unordered_flat_map<std::string, std::int64_t> erased_up_to;
};

Presence::Presence(const PresenceOptions& options, const Clock& clock)
    : options_(options), clock_(clock), shards_(std::make_unique<Shard[]>(kShards)) {}
Presence::~Presence() = default;

Presence::Shard& Presence::shard(const HashedId& user) const { return shards_[shard_of(user, kShards)]; }

bool Presence::silent(const Session& session, std::int64_t now_ms) const {
  const auto limit = session.state == model::State::kPaused ? options_.paused : options_.silence;
  return session.version.time_ms + limit.count() < now_ms;
}

bool Presence::forgettable(const Session& session, std::int64_t now_ms) const {
  return silent(session, now_ms) && (!over(session.state) || session.received_ms + options_.silence.count() < now_ms);
}

// Its session's place, or a new one; null when it isn't kept.
Presence::Session* Presence::place_for(User& user, const model::Update& update) {
  const auto id_hash = hash_of({id_of(update)});
  const auto found = std::ranges::find(user.sessions, id_hash, &Session::id_hash);
  if (found != user.sessions.end()) return &*found;
  if (user.sessions.size() >= options_.max_sessions_per_user) {
    const auto oldest = std::ranges::min_element(user.sessions, {}, &Session::version);
    if (update.version <= oldest->version) return nullptr;
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
  Session said{.about_hash = hash_of({update.device, update.show.text, update.episode.text}),
               .version = update.version,
               .position_ms = update.position_ms.value_or(0),
               .state = update.state};
  auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  if (!in.erased_up_to.empty()) {
    const auto erased = in.erased_up_to.find(std::string(user.text));
    if (erased != in.erased_up_to.end() && update.version.time_ms <= erased->second) return;
  }
  auto* known = in.users.find(user);
  if (known == nullptr) {
    if (size() >= options_.max_sessions) return;
    known = &in.users.insert(std::make_unique<User>(User{.hash = user.hash, .id = std::string(user.text)}));
  }
  auto* place = place_for(*known, update);
  if (place == nullptr) return;
  if (said.order() <= place->order()) return;
  if (place->texts.empty() || place->about_hash != said.about_hash) place->set_texts(update);
  place->about_hash = said.about_hash;
  place->version = said.version;
  place->position_ms = said.position_ms;
  place->received_ms = update.received_ms;
  place->state = said.state;
  place->show_integer = update.show.integer;
  place->episode_integer = update.episode.integer;
}

void Presence::drop_sessions(User& user, auto&& which) {
  const auto gone = std::ranges::remove_if(user.sessions, which);
  size_.fetch_sub(gone.size(), std::memory_order_relaxed);
  user.sessions.erase(gone.begin(), gone.end());
}

void Presence::forget(const HashedId& user, std::int64_t up_to_ms) {
  auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  auto& erased = in.erased_up_to[std::string(user.text)];
  erased = std::max(erased, up_to_ms);
  auto* found = in.users.find(user);
  if (found == nullptr) return;
  drop_sessions(*found, [&](const Session& session) { return session.version.time_ms <= up_to_ms; });
  if (found->sessions.empty()) in.users.erase(*found);
}

std::vector<SessionNow> Presence::sessions(const HashedId& user) const {
  std::vector<SessionNow> live;
  const auto now = clock_.now_ms();
  const auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  const auto* found = in.users.find(user);
  if (found == nullptr) return live;
  for (const auto& session : found->sessions) {
    if (over(session.state) || silent(session, now)) continue;
    live.push_back({.session = std::string(session.text(0)),
                    .device = std::string(session.text(1)),
                    .show = std::string(session.text(2)),
                    .episode = std::string(session.text(3)),
                    .show_integer = session.show_integer,
                    .episode_integer = session.episode_integer,
                    .position_ms = session.position_ms,
                    .state = session.state,
                    .version = session.version});
  }
  std::ranges::sort(live, std::greater{}, &SessionNow::version);
  return live;
}

void Presence::sweep() {
  const auto now = clock_.now_ms();
  auto& in = shards_[next_shard_++ % kShards];
  const std::lock_guard lock(in.mutex);
  boost::unordered::erase_if(in.erased_up_to,
                             [&](const auto& entry) { return entry.second + options_.paused.count() < now; });
  in.users.erase_if([&](User& user) {
    drop_sessions(user, [&](const Session& session) { return forgettable(session, now); });
    return user.sessions.empty();
  });
}

std::size_t Presence::size() const { return size_.load(std::memory_order_relaxed); }

}  // namespace playhead::push
