#pragma once

// Which user, episode and position the next request is about. Updates go round the users: the n-th round is
// everyone's n-th heartbeat, its position 10 s further, and after so many heartbeats a viewer starts the next
// episode. Reads pick among what such updates have stored. Nothing is remembered per user.

#include <cstdint>

#include "load/pattern.h"

namespace playhead::load {

inline constexpr std::uint64_t kFirstUserId = 1'000'000'000;
inline constexpr std::uint64_t kMaxUsers = 8'000'000'000;
// Positions run from 1000 s to 9990 s in steps of 10 s.
inline constexpr std::uint64_t kMaxHeartbeatsPerEpisode = 900;
inline constexpr std::uint64_t kMaxEpisodesPerUser = 900'000;

struct Viewers {
  std::uint64_t first = 0;  // index of the first user; the id is kFirstUserId + index
  std::uint64_t users = 1;
  std::uint64_t first_episode = 0;
  std::uint64_t heartbeats_per_episode = kMaxHeartbeatsPerEpisode;  // updates: 1 makes every update a new item
  std::uint64_t episodes_per_user = 1;                              // reads: how many to pick from
};

// One thread.
class Sequence {
 public:
  enum class Order { kRounds, kRandom };
  Sequence(const Viewers& viewers, Order order, std::uint64_t seed);

  // Everything but the timestamp.
  void next(Values& out);

 private:
  void next_of_rounds(Values& out);
  void next_at_random(Values& out);
  static void name_item(Values& out, std::uint64_t user, std::uint64_t episode);
  std::uint64_t random_below(std::uint64_t bound);

  Viewers viewers_;
  Order order_;
  std::uint64_t user_ = 0;
  std::uint64_t round_ = 0;
  std::uint64_t heartbeat_ = 0;
  std::uint64_t episode_;
  std::uint64_t random_;
};

}  // namespace playhead::load
