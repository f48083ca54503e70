#pragma once

// What plays now, and where: for each session the newest thing it said, in memory only. A session ends with its
// `stopped` or `ended`, in whatever order its updates arrive, or by silence.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hashed_id.h"
#include "model/update.h"
#include "push/live_counts.h"
#include "push/session_now.h"

namespace playhead::push {

struct PresenceOptions {
  // A playing session that has said nothing for this long (of its own event time) is over: three heartbeats, and
  // at least 30 s.
  std::chrono::milliseconds silence{30'000};
  std::chrono::milliseconds paused{30 * 60'000};
  // Beyond it, new sessions are not kept: presence is a view, it must never push out what is durable.
  std::size_t max_sessions = 2'000'000;
  // Of one user, the newest are kept: far more screens than a household has, and a bound on what one user's made-up
  // session ids can cost.
  std::size_t max_sessions_per_user = 64;
  bool enabled = true;
};

class Presence {
 public:
  Presence(const PresenceOptions& options, const Clock& clock);
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  // What is called, without locks held, when what sessions() says of a user has changed by more than a position.
  // Before the first note().
  using Changed = std::function<void(const HashedId& user)>;
  void on_change(Changed changed) { changed_ = std::move(changed); }

  // What players are told to wait now. Silence is three of these and at least the options': longer at once when it
  // grows, shorter by and by, since players who were told more still wait. Called several times a second by one
  // thread.
  void told_interval(std::chrono::milliseconds interval);

  // Appliers' threads. `user` is the update's.
  void note(const model::Update& update, const HashedId& user);
  void note(const model::Update& update) { note(update, update.user.text); }
  // Drops the user's sessions up to a time, and keeps late updates from bringing them back.
  void forget(const HashedId& user, std::int64_t up_to_ms);

  // Ask for the memory that note() will want, some users ahead of it and in this order, one step for all of them
  // before the next: each finds its own way in what the one before asked for.
  void prefetch_shard(const HashedId& user) const;
  void prefetch_slot(const HashedId& user) const;
  void prefetch_user(const HashedId& user) const;

  // The user's sessions that are playing or paused, newest first. Any thread.
  std::vector<SessionNow> sessions(const HashedId& user) const;

  // How many watch now: sessions that play and were heard of lately. Any thread; brought up to date by expire_all().
  const LiveCounts& watching() const { return watching_; }

  // Ends the sessions that have been silent for too long and forgets what is over, in the next of the shards or in
  // all; each looks only at what is due. Any thread.
  void sweep();
  void expire_all();

  // Sessions held, those included that ended and wait to be swept. Any thread.
  std::size_t size() const;

 private:
  struct Session;
  struct User;
  struct Shard;
  Shard& shard(const HashedId& user) const;
  // When silence ends it, and when nothing needs to be remembered of it.
  std::int64_t silent_at(const Session& session) const;
  std::int64_t forgettable_at(const Session& session) const;
  std::int64_t due_at(const Session& session) const;
  void set_live(Session& session, bool live);
  void drop_sessions(User& user, auto&& which);
  Session* place_for(User& user, const model::Update& update);
  // Whether what sessions() says has changed by more than a position.
  bool take(Shard& in, const model::Update& update, const HashedId& user);
  void look_again_at(Shard& in, User& user, std::int64_t due_ms);
  bool expire_user(Shard& in, User& user, std::int64_t now_ms);
  void expire(Shard& in, std::int64_t now_ms);

  PresenceOptions options_;
  std::atomic<std::int64_t> silence_ms_;
  Changed changed_;
  const Clock& clock_;
  std::unique_ptr<Shard[]> shards_;
  LiveCounts watching_;
  std::atomic<std::size_t> next_shard_{0};
  std::atomic<std::size_t> size_{0};
};

}  // namespace playhead::push
