#include <gtest/gtest.h>

#include "model/stamping.h"

namespace playhead::model {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr Thresholds kDefault;

Heartbeat at(std::int64_t position_ms) { return {.position_ms = position_ms}; }

TEST(Eligible, FromFiveSecondsOn) {
  EXPECT_FALSE(eligible(at(0), kDefault));
  EXPECT_FALSE(eligible(at(4'999), kDefault));
  EXPECT_TRUE(eligible(at(5'000), kDefault));
}

TEST(Eligible, ASeekMayGoToTheStart) {
  auto heartbeat = at(0);
  heartbeat.seek = true;
  EXPECT_TRUE(eligible(heartbeat, kDefault));
}

TEST(Eligible, ThePlayersOwnWordWins) {
  auto heartbeat = at(600'000);
  heartbeat.provisional = true;
  EXPECT_FALSE(eligible(heartbeat, kDefault));
  heartbeat.seek = true;
  EXPECT_FALSE(eligible(heartbeat, kDefault));
  heartbeat = at(0);
  heartbeat.provisional = false;
  EXPECT_TRUE(eligible(heartbeat, kDefault));
}

TEST(Started, AfterTwoMinutesOrThreePercent) {
  EXPECT_FALSE(started(2 * kMinute - 1, {}, kDefault));
  EXPECT_TRUE(started(2 * kMinute, {}, kDefault));
  // 3 % of 20 minutes are 36 s, of three hours more than 2 minutes.
  EXPECT_FALSE(started(36'000 - 1, 20 * kMinute, kDefault));
  EXPECT_TRUE(started(36'000, 20 * kMinute, kDefault));
  EXPECT_FALSE(started(2 * kMinute - 1, 180 * kMinute, kDefault));
  EXPECT_TRUE(started(2 * kMinute, 180 * kMinute, kDefault));
  EXPECT_FALSE(started(0, 0, kDefault));
}

TEST(Finished, FromTheCredits) {
  EXPECT_FALSE(finished(50 * kMinute - 1, 60 * kMinute, 50 * kMinute, kDefault));
  EXPECT_TRUE(finished(50 * kMinute, 60 * kMinute, 50 * kMinute, kDefault));
  EXPECT_TRUE(finished(50 * kMinute, {}, 50 * kMinute, kDefault));
  // Not before them, however near the end is.
  EXPECT_FALSE(finished(59 * kMinute - 1, 60 * kMinute, 59 * kMinute, kDefault));
}

TEST(Finished, ByTheEndWhenTheCreditsMakeNoSense) {
  const auto end = 60 * kMinute;
  for (const std::int64_t credits : {std::int64_t{0}, -kMinute, 30 * kMinute - 1, end, end + kMinute, kMaxInteger}) {
    EXPECT_FALSE(finished(57 * kMinute - 1, end, credits, kDefault)) << credits;
    EXPECT_TRUE(finished(57 * kMinute, end, credits, kDefault)) << credits;
  }
  EXPECT_TRUE(finished(30 * kMinute, end, 30 * kMinute, kDefault));
}

TEST(Finished, ThreeMinutesBeforeTheEndOrAtNinetyPercentOfAShortItem) {
  EXPECT_FALSE(finished(27 * kMinute - 1, 30 * kMinute, {}, kDefault));
  EXPECT_TRUE(finished(27 * kMinute, 30 * kMinute, {}, kDefault));
  EXPECT_FALSE(finished(9 * kMinute - 1, 10 * kMinute, {}, kDefault));
  EXPECT_TRUE(finished(9 * kMinute, 10 * kMinute, {}, kDefault));
}

TEST(Finished, NeverWithoutADuration) {
  EXPECT_FALSE(finished(kMaxInteger, {}, {}, kDefault));
  EXPECT_FALSE(finished(kMaxInteger, 0, {}, kDefault));
  EXPECT_FALSE(finished(kMaxInteger, -1, {}, kDefault));
}

TEST(Thresholds, HoldForTheGreatestNumbers) {
  EXPECT_TRUE(started(kMaxInteger, kMaxInteger, kDefault));
  EXPECT_TRUE(finished(kMaxInteger, kMaxInteger, kMaxInteger, kDefault));
  const Thresholds percent_only{.short_item_ms = kMaxInteger};
  EXPECT_TRUE(finished(kMaxInteger - 1, kMaxInteger - 1, {}, percent_only));
  EXPECT_FALSE(finished(kMaxInteger / 2, kMaxInteger - 1, {}, percent_only));
}

TEST(Thresholds, ComeFromTheRules) {
  const Thresholds own{.started_ms = 10'000,
                       .started_percent = 50,
                       .finished_remaining_ms = 1'000,
                       .finished_percent = 50,
                       .short_item_ms = 40'000,
                       .provisional_ms = 1'000};
  EXPECT_TRUE(eligible(at(1'000), own));
  EXPECT_TRUE(started(10'000, 60'000, own));
  EXPECT_FALSE(started(9'999, 60'000, own));
  EXPECT_TRUE(started(5'000, 10'000, own));
  EXPECT_TRUE(finished(20'000, 39'999, {}, own));
  EXPECT_FALSE(finished(20'000, 40'000, {}, own));
  EXPECT_TRUE(finished(39'000, 40'000, {}, own));
}

}  // namespace
}  // namespace playhead::model
