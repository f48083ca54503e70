#pragma once

// How often players may speak, from how the log keeps up: before the queue is full and anything has to be refused,
// the fleet is told to slow down, and when there is room again it comes back at once.
//
// Who is told an interval is expected back then, and noted in a calendar. While the log keeps up everybody gets the
// floor. When it doesn't, what it takes a second has just been seen, and each player gets the first time from the
// floor on at which no more than that are expected: the load is level, whatever the number of players. A rule that
// only stretched the interval while the queue is long would swing, since its effect shows one interval later.

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>

#include "base/clock.h"

namespace playhead::apply {

struct PacingOptions {
  std::chrono::milliseconds floor{10'000};
  std::chrono::milliseconds ceiling{60'000};
  // What of the queue may be in use. The rest is for what comes until the players have heard of a longer interval,
  // which takes as long as the one before.
  double queue_share = 0.05;
  // What an append may take. Slower, and the next record is already large when it comes to be written.
  std::chrono::milliseconds commit_latency{250};
};

// What was seen since the last one.
struct PacingSample {
  double queue_share = 0;                      // of the queue's bound, at its fullest
  std::chrono::nanoseconds commit_latency{0};  // on average; 0 when there was no commit
  bool refused = false;                        // something was, for want of room
};

// Any thread, but note() of one.
class Pacing {
 public:
  explicit Pacing(const PacingOptions& options);

  // When the players whose `updates` became durable are to come back; never shorter than the floor, and spread over a
  // part of it, so that those who began together, or came back together after a restart, drift apart.
  std::chrono::milliseconds next_in(std::uint64_t updates, Monotonic now);

  // Several times a second.
  void note(const PacingSample& sample, Monotonic now);

  // What players are told just now, on average; for people.
  std::chrono::milliseconds interval() const;

 private:
  static constexpr std::size_t kSlots = 128;
  static constexpr double kUnlimited = std::numeric_limits<double>::infinity();

  std::int64_t slot_of(Monotonic time) const;
  void forget_past(std::int64_t slot);
  std::uint64_t& booked(std::int64_t slot) { return calendar_[static_cast<std::size_t>(slot) % kSlots]; }
  std::int64_t place_for(std::uint64_t updates, std::int64_t now_slot);
  double load_of(const PacingSample& sample) const;

  const PacingOptions options_;
  const std::chrono::milliseconds slot_;  // how long one is
  mutable std::mutex mutex_;
  std::array<std::uint64_t, kSlots> calendar_{};  // updates expected in each slot
  std::int64_t first_slot_ = 0;                   // everything before it is past
  std::uint64_t expected_ = 0;                    // in all slots
  std::uint64_t draws_ = 0;
  double told_s_;               // smoothed
  std::uint64_t answered_ = 0;  // updates, since the last note()
  double rate_ = 0;             // updates a second that become durable
  double proven_ = 0;           // of that, the most that went well
  double limit_ = kUnlimited;   // updates a second that players are told to send
  Monotonic last_{};
  Monotonic cut_{};  // when the limit was last lowered
  bool begun_ = false;
};

}  // namespace playhead::apply
