#include "push/presence.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <mutex>
#include <tuple>

namespace playhead::push {
namespace {

constexpr std::size_t kShards = 256;

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

bool over(model::State state) { return state == model::State::kStopped || state == model::State::kEnded; }

// Which of two reports of a session is the later one, whatever order they arrive in: of one moment's, the one that
// ends it. The rest only makes the order total.
auto order_of(const SessionNow& s) {
  return std::tuple<model::Version, bool, std::int64_t, model::State, std::string_view, std::string_view>(
      s.version, over(s.state), s.position_ms, s.state, s.show, s.episode);
}
auto order_of(const model::Update& u) {
  return decltype(order_of(SessionNow{}))(u.version, over(u.state), u.position_ms.value_or(0), u.state, u.show.text,
                                          u.episode.text);
}

}  // namespace

struct Presence::Shard {
  mutable std::mutex mutex;
  boost::unordered_flat_map<std::string, std::vector<SessionNow>, Hash, std::equal_to<>> users;
  // Until no update from before can count any more.
  boost::unordered_flat_map<std::string, std::int64_t, Hash, std::equal_to<>> erased_up_to;
};

Presence::Presence(const PresenceOptions& options, const Clock& clock)
    : options_(options), clock_(clock), shards_(std::make_unique<Shard[]>(kShards)) {}
Presence::~Presence() = default;

Presence::Shard& Presence::shard_of(std::string_view user) const { return shards_[(Hash{}(user) >> 20) % kShards]; }

bool Presence::silent(const SessionNow& session, std::int64_t now_ms) const {
  const auto limit = session.state == model::State::kPaused ? options_.paused : options_.silence;
  return session.version.time_ms + limit.count() < now_ms;
}

bool Presence::forgettable(const SessionNow& session, std::int64_t now_ms) const {
  return silent(session, now_ms) && (!over(session.state) || session.received_ms + options_.silence.count() < now_ms);
}

// Where the update goes: its session's place if the update is newer, or a new one; null when it isn't kept.
SessionNow* Presence::place_for(std::vector<SessionNow>& sessions, std::string_view id, const model::Update& update) {
  const auto found = std::ranges::find(sessions, id, &SessionNow::session);
  if (found != sessions.end()) return order_of(update) > order_of(*found) ? &*found : nullptr;
  if (sessions.size() >= options_.max_sessions_per_user) {
    const auto oldest = std::ranges::min_element(sessions, {}, [](const SessionNow& s) { return order_of(s); });
    if (order_of(update) <= order_of(*oldest)) return nullptr;
    oldest->session.assign(id);
    return &*oldest;
  }
  if (size() >= options_.max_sessions) return nullptr;
  size_.fetch_add(1, std::memory_order_relaxed);
  return &sessions.emplace_back(SessionNow{.session = std::string(id)});
}

void Presence::note(const model::Update& update) {
  if (!options_.enabled || update.erase || update.mark != model::Mark::kNone) return;
  // Judged by when the server got it, so that a replay of old records doesn't ask the clock for each.
  if (update.received_ms - update.version.time_ms > options_.paused.count()) return;
  auto& shard = shard_of(update.user.text);
  const std::lock_guard lock(shard.mutex);
  if (!shard.erased_up_to.empty()) {
    const auto erased = shard.erased_up_to.find(update.user.text);
    if (erased != shard.erased_up_to.end() && update.version.time_ms <= erased->second) return;
  }
  auto user = shard.users.find(update.user.text);
  if (user == shard.users.end()) {
    if (size() >= options_.max_sessions) return;
    user = shard.users.emplace(std::string(update.user.text), std::vector<SessionNow>{}).first;
  }
  auto* place = place_for(user->second, !update.session.empty() ? update.session : update.device, update);
  if (place == nullptr) return;
  place->device.assign(update.device);
  place->show.assign(update.show.text);
  place->episode.assign(update.episode.text);
  place->show_integer = update.show.integer;
  place->episode_integer = update.episode.integer;
  place->position_ms = update.position_ms.value_or(0);
  place->state = update.state;
  place->version = update.version;
  place->received_ms = update.received_ms;
}

void Presence::forget(std::string_view user, std::int64_t up_to_ms) {
  auto& shard = shard_of(user);
  const std::lock_guard lock(shard.mutex);
  auto& erased = shard.erased_up_to[std::string(user)];
  erased = std::max(erased, up_to_ms);
  const auto found = shard.users.find(user);
  if (found == shard.users.end()) return;
  const auto gone =
      std::erase_if(found->second, [&](const SessionNow& session) { return session.version.time_ms <= up_to_ms; });
  size_.fetch_sub(gone, std::memory_order_relaxed);
  if (found->second.empty()) shard.users.erase(found);
}

std::vector<SessionNow> Presence::sessions(std::string_view user) const {
  std::vector<SessionNow> live;
  const auto now = clock_.now_ms();
  const auto& shard = shard_of(user);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.users.find(user);
  if (found == shard.users.end()) return live;
  for (const auto& session : found->second) {
    if (!over(session.state) && !silent(session, now)) live.push_back(session);
  }
  std::ranges::sort(live, std::greater{}, &SessionNow::version);
  return live;
}

void Presence::sweep() {
  const auto now = clock_.now_ms();
  auto& shard = shards_[next_shard_++ % kShards];
  const std::lock_guard lock(shard.mutex);
  boost::unordered::erase_if(shard.erased_up_to,
                             [&](const auto& entry) { return entry.second + options_.paused.count() < now; });
  boost::unordered::erase_if(shard.users, [&](auto& entry) {
    const auto gone = std::erase_if(entry.second, [&](const SessionNow& s) { return forgettable(s, now); });
    size_.fetch_sub(gone, std::memory_order_relaxed);
    return entry.second.empty();
  });
}

std::size_t Presence::size() const { return size_.load(std::memory_order_relaxed); }

}  // namespace playhead::push
