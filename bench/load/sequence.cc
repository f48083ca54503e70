#include "load/sequence.h"

namespace playhead::load {
namespace {

constexpr std::uint64_t kEpisodesPerShow = 20;
constexpr std::uint64_t kShows = 9000;
constexpr std::uint64_t kFirstShowId = 1000;
constexpr std::uint64_t kFirstEpisodeId = 100'000;
constexpr std::uint64_t kFirstSeq = 100'000'000;
constexpr std::uint64_t kFirstPosition = 1000;
constexpr std::uint64_t kPositionStep = 10;

}  // namespace

Sequence::Sequence(const Viewers& viewers, Order order, std::uint64_t seed)
    : viewers_(viewers), order_(order), episode_(viewers.first_episode), random_(seed | 1) {}

void Sequence::next(Values& out) {
  if (order_ == Order::kRounds) {
    next_of_rounds(out);
  } else {
    next_at_random(out);
  }
}

void Sequence::name_item(Values& out, std::uint64_t user, std::uint64_t episode) {
  out[Field::kUser] = kFirstUserId + user;
  out[Field::kShow] = kFirstShowId + (user * 7 + episode / kEpisodesPerShow) % kShows;
  out[Field::kEpisode] = kFirstEpisodeId + episode % kMaxEpisodesPerUser;
}

void Sequence::next_of_rounds(Values& out) {
  name_item(out, viewers_.first + user_, episode_);
  out[Field::kPosition] = kFirstPosition + heartbeat_ * kPositionStep;
  out[Field::kSeq] = kFirstSeq + round_;
  if (++user_ < viewers_.users) return;
  user_ = 0;
  ++round_;
  if (++heartbeat_ < viewers_.heartbeats_per_episode) return;
  heartbeat_ = 0;
  ++episode_;
}

void Sequence::next_at_random(Values& out) {
  name_item(out, viewers_.first + random_below(viewers_.users),
            viewers_.first_episode + random_below(viewers_.episodes_per_user));
  out[Field::kPosition] = kFirstPosition;
  out[Field::kSeq] = kFirstSeq;
}

// xorshift64*; its upper half scaled, which is even enough for far fewer than 2^32 users.
std::uint64_t Sequence::random_below(std::uint64_t bound) {
  random_ ^= random_ >> 12;
  random_ ^= random_ << 25;
  random_ ^= random_ >> 27;
  const std::uint64_t upper = (random_ * 0x2545F4914F6CDD1DULL) >> 32;
  return (upper * bound) >> 32;
}

}  // namespace playhead::load
