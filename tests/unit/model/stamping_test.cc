#include "model/stamping.h"

#include <gtest/gtest.h>

#include <vector>

namespace playhead::model {
namespace {

constexpr std::int64_t kNow = 1'750'000'000'000;
constexpr std::int64_t kDay = 86'400'000;

std::int64_t time_of(std::optional<std::int64_t> timestamp, std::optional<std::int64_t> sent_at,
                     ClockKind clock = ClockKind::kDevice, std::int64_t received = kNow) {
  return corrected_time({.timestamp_ms = timestamp, .sent_at_ms = sent_at, .clock = clock}, received);
}

TEST(CorrectedTime, IsTheTimeOfReceiptWhenThePlayerGivesNone) {
  EXPECT_EQ(time_of({}, {}), kNow);
  EXPECT_EQ(time_of({}, kNow - kDay), kNow);
}

TEST(CorrectedTime, TakesADelayWithinTheToleranceForTheNetwork) {
  EXPECT_EQ(time_of(kNow - 3'000, kNow - 2'000), kNow - 3'000);
  EXPECT_EQ(time_of(kNow - kDay, kNow - kSendTolerance_ms), kNow - kDay);
}

TEST(CorrectedTime, CorrectsAClockThatIsWrong) {
  // A day behind, a day ahead, and one that starts at the epoch with every power cut; each sent 5 s after the act.
  EXPECT_EQ(time_of(kNow - kDay - 5'000, kNow - kDay), kNow - kSendTolerance_ms - 5'000);
  EXPECT_EQ(time_of(kNow + kDay - 5'000, kNow + kDay), kNow - 5'000);
  EXPECT_EQ(time_of(2'000, 7'000), kNow - kSendTolerance_ms - 5'000);
}

TEST(CorrectedTime, KeepsTheAgeOfAnOfflineWeek) {
  EXPECT_EQ(time_of(kNow - 7 * kDay, kNow - 100), kNow - 7 * kDay);
  EXPECT_EQ(time_of(kNow + kDay - 7 * kDay, kNow + kDay), kNow - 7 * kDay);
}

TEST(CorrectedTime, IsContinuousAtBothBordersOfTheTolerance) {
  for (const auto border : {kNow - kSendTolerance_ms, kNow}) {
    for (std::int64_t sent = border - 3; sent < border + 3; ++sent) {
      const auto step = time_of(sent - 1'000 + 1, sent + 1) - time_of(sent - 1'000, sent);
      EXPECT_GE(step, 0) << sent - border;
      EXPECT_LE(step, 1) << sent - border;
    }
  }
}

TEST(CorrectedTime, IsNeverLaterThanReceiptNorBeforeTheEpoch) {
  EXPECT_EQ(time_of(kNow + 1, {}), kNow);
  EXPECT_EQ(time_of(kNow + 60'000, kNow), kNow);
  EXPECT_EQ(time_of(kNow + 1, {}, ClockKind::kServer), kNow);
  EXPECT_EQ(time_of(-1, {}), 0);
  EXPECT_EQ(time_of(0, kNow + kDay), 0);
}

TEST(CorrectedTime, OnlyClampsTheServersOwnClock) {
  EXPECT_EQ(time_of(kNow - kDay, kNow - kDay, ClockKind::kServer), kNow - kDay);
  EXPECT_EQ(time_of(kNow + kDay, kNow + kDay, ClockKind::kServer), kNow);
}

TEST(CorrectedTime, StaysInRangeForAnyInteger) {
  const std::vector<std::int64_t> extremes{-kMaxInteger, -1, 0, 1, kNow, kMaxInteger};
  for (const auto timestamp : extremes) {
    for (const auto sent : extremes) {
      for (const auto received : {std::int64_t{0}, kNow, kMaxInteger}) {
        const auto time = time_of(timestamp, sent, ClockKind::kDevice, received);
        EXPECT_GE(time, 0);
        EXPECT_LE(time, received);
      }
    }
  }
}

Heartbeat playing(std::int64_t position_ms) {
  return {.user = {"ann", false},
          .show = {"s", false},
          .episode = {"7", true},
          .position_ms = position_ms,
          .timestamp_ms = kNow - 2'000,
          .device = "tv",
          .session = "x1",
          .seq = 9};
}

TEST(Stamp, CopiesWhatItDoesNotDecide) {
  auto heartbeat = playing(10'000);
  heartbeat.duration_ms = 60'000;
  heartbeat.credits_at_ms = 55'000;
  heartbeat.next_episode = {"8", true};
  heartbeat.state = State::kPaused;
  const auto update = stamp(heartbeat, kNow, {});
  EXPECT_EQ(update.user.text, "ann");
  EXPECT_EQ(update.show.text, "s");
  EXPECT_EQ(update.episode.text, "7");
  EXPECT_TRUE(update.episode.integer);
  EXPECT_EQ(update.version, (Version{.time_ms = kNow - 2'000, .seq = 9}));
  EXPECT_EQ(update.received_ms, kNow);
  EXPECT_EQ(update.position_ms, 10'000);
  EXPECT_EQ(update.duration_ms, 60'000);
  EXPECT_EQ(update.credits_at_ms, 55'000);
  EXPECT_EQ(update.next_episode.text, "8");
  EXPECT_EQ(update.device, "tv");
  EXPECT_EQ(update.session, "x1");
  EXPECT_EQ(update.state, State::kPaused);
  EXPECT_TRUE(update.eligible);
  EXPECT_FALSE(update.finished);
  EXPECT_FALSE(update.erase);
}

TEST(Stamp, CountsOnlyWhereCountersOrder) {
  auto heartbeat = playing(10'000);
  heartbeat.counter = 4;
  EXPECT_EQ(stamp(heartbeat, kNow, {}).version.counter, 0u);
  EXPECT_EQ(stamp(heartbeat, kNow, {.ordering = Ordering::kCounter}).version.counter, 4u);
  heartbeat.counter.reset();
  EXPECT_EQ(stamp(heartbeat, kNow, {.ordering = Ordering::kCounter}).version.counter, 0u);
}

TEST(Stamp, ClampsPositionsToTheEpisode) {
  auto heartbeat = playing(61'000);
  heartbeat.duration_ms = 60'000;
  EXPECT_EQ(stamp(heartbeat, kNow, {}).position_ms, 60'000);
  heartbeat.position_ms = -1;
  EXPECT_EQ(stamp(heartbeat, kNow, {}).position_ms, 0);
  heartbeat.position_ms = kMaxInteger + 1;
  heartbeat.duration_ms.reset();
  EXPECT_EQ(stamp(heartbeat, kNow, {}).position_ms, kMaxInteger);
}

TEST(Stamp, TakesAZeroForNotKnown) {
  auto heartbeat = playing(61'000);
  heartbeat.duration_ms = 0;
  heartbeat.credits_at_ms = 0;
  const auto update = stamp(heartbeat, kNow, {});
  EXPECT_EQ(update.position_ms, 61'000);
  EXPECT_FALSE(update.duration_ms);
  EXPECT_FALSE(update.credits_at_ms);
}

TEST(Stamp, FinishesByTheEndThatThePlayerSawOnlyWithoutADuration) {
  auto heartbeat = playing(1'000'000);
  heartbeat.state = State::kEnded;
  EXPECT_TRUE(stamp(heartbeat, kNow, {}).finished);
  heartbeat.duration_ms = 3'600'000;
  EXPECT_FALSE(stamp(heartbeat, kNow, {}).finished);
  heartbeat.position_ms = 3'600'000;
  EXPECT_TRUE(stamp(heartbeat, kNow, {}).finished);
  heartbeat.provisional = true;
  EXPECT_FALSE(stamp(heartbeat, kNow, {}).finished);
}

TEST(Stamp, LeavesMarksAndLiveOutOfTheResumePoint) {
  auto heartbeat = playing(3'600'000);
  heartbeat.duration_ms = 3'600'000;
  heartbeat.mark = Mark::kWatched;
  EXPECT_FALSE(stamp(heartbeat, kNow, {}).eligible);
  EXPECT_FALSE(stamp(heartbeat, kNow, {}).finished);
  heartbeat.mark = Mark::kNone;
  heartbeat.live = true;
  EXPECT_FALSE(stamp(heartbeat, kNow, {}).eligible);
  EXPECT_FALSE(stamp(heartbeat, kNow, {}).finished);
  EXPECT_TRUE(stamp(heartbeat, kNow, {}).live);
}

TEST(Erasure, CoversEverythingUpToNow) {
  const auto update = erasure({"ann", false}, kNow, 3);
  EXPECT_TRUE(update.erase);
  EXPECT_EQ(update.user.text, "ann");
  EXPECT_EQ(update.version, (Version{.counter = 3, .time_ms = kNow}));
  EXPECT_EQ(update.received_ms, kNow);
}

}  // namespace
}  // namespace playhead::model
