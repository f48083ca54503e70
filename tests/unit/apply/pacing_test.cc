#include "apply/pacing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <random>

namespace playhead::apply {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kStep{50};

// A fleet of players before a log that takes so many updates a second: each player waits for its ack, then as long as
// it is told.
class Fleet {
 public:
  explicit Fleet(std::size_t capacity_a_second) : capacity_(capacity_a_second) {}

  void set_players(std::size_t count) {
    while (players_ < count) {
      ++players_;
      due_.emplace(now_ms_ + static_cast<std::int64_t>(random_() % 10'000), players_);
    }
    players_ = std::min(players_, count);
  }

  void set_capacity(std::size_t a_second) { capacity_ = a_second; }

  void run(seconds duration) {
    for (auto left = milliseconds(duration); left.count() > 0; left -= kStep) step();
  }

  std::size_t refused = 0;
  double seconds_between() const { return std::chrono::duration<double>(pacing_.interval()).count(); }

 private:
  void step() {
    now_ms_ += kStep.count();
    bool full = false;
    while (!due_.empty() && due_.begin()->first <= now_ms_) {
      const auto player = due_.begin()->second;
      due_.erase(due_.begin());
      if (player > players_) continue;  // has gone home
      if (queue_.size() < limit()) {
        queue_.push_back(player);
      } else {
        ++refused;
        full = true;
        due_.emplace(now_ms_ + 2'000, player);
      }
    }
    const auto depth = queue_.size();
    const auto taken = std::min(depth, capacity_ * static_cast<std::size_t>(kStep.count()) / 1'000);
    for (std::size_t i = 0; i < taken; ++i) {
      due_.emplace(now_ms_ + pacing_.next_in(1, now()).count(), queue_.front());
      queue_.pop_front();
    }
    pacing_.note({.queue_share = static_cast<double>(depth) / static_cast<double>(limit()),
                  .commit_latency = milliseconds(1),
                  .refused = full},
                 now());
  }
  Monotonic now() const { return Monotonic{milliseconds(now_ms_)}; }
  // As much as the log takes in a second or so, as with the defaults of the program.
  std::size_t limit() const { return limit_; }

  std::size_t capacity_;
  const std::size_t limit_ = capacity_ * 5 / 4;
  std::size_t players_ = 0;
  std::int64_t now_ms_ = 1'000'000;
  std::multimap<std::int64_t, std::size_t> due_;
  std::deque<std::size_t> queue_;
  std::minstd_rand random_{1842};
  Pacing pacing_{{}};
};

TEST(Pacing, AFleetPastTheLimitSlowsDownAndNothingIsRefused) {
  Fleet fleet(1'000);
  fleet.set_players(5'000);
  fleet.run(seconds(60));
  EXPECT_LT(fleet.seconds_between(), 11) << "at half of the limit nobody is slowed down";
  // An evening: within ten minutes four times as many as the log takes at ten seconds.
  for (std::size_t second = 1; second <= 600; ++second) {
    fleet.set_players(5'000 + second * 35'000 / 600);
    fleet.run(seconds(1));
  }
  fleet.run(seconds(600));
  EXPECT_EQ(fleet.refused, 0u);
  EXPECT_GE(fleet.seconds_between(), 38);
  EXPECT_LE(fleet.seconds_between(), 60);
  // And home they go.
  fleet.set_players(3'000);
  fleet.run(seconds(120));
  EXPECT_LT(fleet.seconds_between(), 11);
  EXPECT_EQ(fleet.refused, 0u);
}

TEST(Pacing, AfterASlowMomentOfTheDiskPlayersComeAsOftenAsBefore) {
  Fleet fleet(1'000);
  fleet.set_players(5'000);
  fleet.run(seconds(60));
  fleet.set_capacity(250);
  fleet.run(seconds(30));
  EXPECT_GT(fleet.seconds_between(), 12);
  fleet.set_capacity(1'000);
  fleet.run(seconds(180));
  EXPECT_LT(fleet.seconds_between(), 11);
}

TEST(Pacing, NobodyWaitsLongerThanTheCeilingAndWhatItIsSpreadOver) {
  Pacing pacing({});
  Monotonic now{seconds(1'000)};
  for (int i = 0; i < 20'000; ++i) {
    now += milliseconds(250);
    pacing.note({.commit_latency = milliseconds(400)}, now);
    const auto told = pacing.next_in(1'000, now);
    ASSERT_GE(told, seconds(10));
    ASSERT_LE(told, seconds(61));
  }
  EXPECT_GT(pacing.interval(), seconds(50)) << "a slow disk slows the fleet down, whatever the queue";
}

TEST(Pacing, APauseOfTheMachineIsNoLoad) {
  Pacing pacing({});
  pacing.note({.queue_share = 0}, Monotonic{seconds(1)});
  pacing.note({.queue_share = 1}, Monotonic{seconds(100'000)});
  EXPECT_LE(pacing.next_in(1, Monotonic{seconds(100'000)}), seconds(11));
}

TEST(Pacing, SpreadsWhatPlayersAreTold) {
  Pacing pacing({});
  std::map<std::int64_t, int> told;
  for (int i = 0; i < 1'000; ++i) ++told[pacing.next_in(1, Monotonic{seconds(7)}).count() / 100];
  EXPECT_GE(told.begin()->first, 100) << "never shorter than asked for";
  EXPECT_LE(told.rbegin()->first, 110);
  EXPECT_GE(told.size(), 10u);
  for (const auto& [tenths, times] : told) EXPECT_LT(times, 150) << tenths;
}

}  // namespace
}  // namespace playhead::apply
