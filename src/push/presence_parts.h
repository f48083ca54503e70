#pragma once

// What presence remembers, in memory. Internal to presence.cc and presence_expiry.cc.

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/hash_index.h"
#include "push/presence.h"

namespace playhead::push {

inline constexpr std::size_t kPresenceShards = 256;
inline constexpr std::size_t kWheel = 64;
inline constexpr std::int64_t kSecond_ms = 1'000;

inline bool over(model::State state) { return state == model::State::kStopped || state == model::State::kEnded; }

inline std::string_view id_of(const model::Update& update) {
  return !update.session.empty() ? update.session : update.device;
}

// A session in one piece of memory, but for its texts.
struct Presence::Session {
  std::uint64_t id_hash = 0;
  std::uint64_t about_hash = 0;
  model::Version version{.time_ms = std::numeric_limits<std::int64_t>::min()};  // before anything that is said
  std::int64_t position_ms = 0;
  std::int64_t received_ms = 0;
  model::State state = model::State::kPlaying;
  bool live = false;      // not over, and not silent when it was last looked at
  bool watching = false;  // is in the counts
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
  std::string_view show() const { return text(2); }
  std::string_view episode() const { return text(3); }
  // Which of two reports of a session is the later one, whatever order they arrive in: of one moment's, the one that
  // ends it. The rest only makes the order total.
  auto order() const { return std::tuple(version, over(state), position_ms, state, about_hash); }
};

struct Presence::User {
  std::uint64_t hash;
  std::string id;
  boost::container::small_vector<Session, 1> sessions;
  // When it is looked at again, and how often it stands in the wheel: it stays while it does.
  std::int64_t look_ms = std::numeric_limits<std::int64_t>::max();
  std::uint32_t looks = 0;
};

// What every lookup needs is in its first line of memory.
struct alignas(kCacheLine) Presence::Shard {
  struct Look {
    std::int64_t at_ms;
    User* user;
  };

  mutable std::mutex mutex;
  HashIndex<User> users;
  // Until no update from before can count any more.
  boost::unordered_flat_map<std::string, std::int64_t> erased_up_to;
  // Who is to be looked at in which second. What lies farther away than the wheel reaches is looked at once a turn.
  // A heartbeat moves nothing here: whoever comes up too early goes back in.
  std::array<std::vector<Look>, kWheel> wheel;
  std::int64_t wheel_s = std::numeric_limits<std::int64_t>::min();  // the second that is looked at next
};

void Presence::drop_sessions(User& user, auto&& which) {
  const auto gone = std::ranges::remove_if(user.sessions, [&](Session& session) {
    if (!which(session)) return false;
    set_live(session, false);
    return true;
  });
  size_.fetch_sub(gone.size(), std::memory_order_relaxed);
  user.sessions.erase(gone.begin(), gone.end());
}

}  // namespace playhead::push
