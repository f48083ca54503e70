#include "model/text_time.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace playhead::model {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(MediaTime, ReadsTextAsPlayersShowIt) {
  const std::vector<std::pair<std::string_view, std::int64_t>> cases = {{"18:42", 1'122'000},
                                                                        {"0:00", 0},
                                                                        {"0:07", 7'000},
                                                                        {"00:07", 7'000},
                                                                        {"90:00", 5'400'000},
                                                                        {"1:02:03", 3'723'000},
                                                                        {"01:02:03", 3'723'000},
                                                                        {"18:42.5", 1'122'500},
                                                                        {"18:42.0004", 1'122'000},
                                                                        {"18:42.0005", 1'122'001},
                                                                        {"18:42.9996", 1'123'000},
                                                                        {"0:00.123456789", 123},
                                                                        {"1000:00:00", kMaxMediaMs}};
  for (const auto& [text, ms] : cases) EXPECT_EQ(media_ms(text), ms) << text;
}

TEST(MediaTime, RefusesOtherText) {
  const std::vector<std::pair<std::string_view, TimeFault>> cases = {
      {"", TimeFault::kBadPosition},
      {"1122", TimeFault::kBadPosition},
      {"18:42 ", TimeFault::kBadPosition},
      {" 18:42", TimeFault::kBadPosition},
      {"18:4", TimeFault::kBadPosition},
      {"18:60", TimeFault::kBadPosition},
      {"1:60:00", TimeFault::kBadPosition},
      {"1:2:03", TimeFault::kBadPosition},
      {"1:02:03:04", TimeFault::kBadPosition},
      {":42", TimeFault::kBadPosition},
      {"18:42.", TimeFault::kBadPosition},
      {"18:42,5", TimeFault::kBadPosition},
      {"+18:42", TimeFault::kBadPosition},
      {"18:-2", TimeFault::kBadPosition},
      {"NaN", TimeFault::kBadPosition},
      {"-18:42", TimeFault::kNegative},
      {"-0:01.5", TimeFault::kNegative},
      {"--0:01", TimeFault::kBadPosition},
      {"1000:00:01", TimeFault::kTooLong},
      {"99999999999999999999:00", TimeFault::kTooLong},
      {"99999999999999999999:00:00", TimeFault::kTooLong}};
  for (const auto& [text, fault] : cases) {
    const auto ms = media_ms(text);
    ASSERT_FALSE(ms) << text;
    EXPECT_EQ(ms.error(), fault) << text;
  }
}

TEST(MediaTime, ReadsSecondsToTheNearestMillisecond) {
  EXPECT_EQ(media_ms(1122.0), 1'122'000);
  EXPECT_EQ(media_ms(0.0004), 0);
  EXPECT_EQ(media_ms(0.0006), 1);
  EXPECT_EQ(media_ms(-0.0), 0);
  EXPECT_EQ(media_ms(1122.4996), 1'122'500);
  EXPECT_EQ(media_ms(3'600'000.0), kMaxMediaMs);
  EXPECT_EQ(media_ms(3'600'000.5).error(), TimeFault::kTooLong);
  EXPECT_EQ(media_ms(1e308).error(), TimeFault::kTooLong);
  EXPECT_EQ(media_ms(-0.001).error(), TimeFault::kNegative);
  EXPECT_EQ(media_ms(kInfinity).error(), TimeFault::kNotANumber);
  EXPECT_EQ(media_ms(-kInfinity).error(), TimeFault::kNotANumber);
  EXPECT_EQ(media_ms(std::nan("")).error(), TimeFault::kNotANumber);
}

TEST(MediaTime, IsWrittenAsPlayersShowIt) {
  EXPECT_EQ(position_text(0), "0:00");
  EXPECT_EQ(position_text(7'999), "0:07");
  EXPECT_EQ(position_text(1'122'000), "18:42");
  EXPECT_EQ(position_text(3'599'999), "59:59");
  EXPECT_EQ(position_text(3'600'000), "1:00:00");
  EXPECT_EQ(position_text(3'723'000), "1:02:03");
  EXPECT_EQ(position_text(kMaxMediaMs), "1000:00:00");
}

TEST(MediaTime, ComesBackFromItsTextToTheSecond) {
  EXPECT_TRUE(rc::check([] {
    const auto ms = *rc::gen::inRange<std::int64_t>(0, kMaxMediaMs + 1);
    RC_ASSERT(media_ms(position_text(ms)).value() == ms / 1000 * 1000);
  }));
}

TEST(MediaTime, ComesBackFromSecondsToTheMillisecond) {
  EXPECT_TRUE(rc::check([] {
    const auto ms = *rc::gen::inRange<std::int64_t>(0, kMaxMediaMs + 1);
    RC_ASSERT(media_ms(static_cast<double>(ms) / 1000).value() == ms);
  }));
}

TEST(EpochTime, ReadsRfc3339) {
  const std::vector<std::pair<std::string_view, std::int64_t>> cases = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-03-01T20:00:00Z", 1'772'395'200'000},
      {"2026-03-01t20:00:00z", 1'772'395'200'000},
      {"2026-03-01T21:30:00+01:30", 1'772'395'200'000},
      {"2026-03-01T12:00:00-08:00", 1'772'395'200'000},
      {"2026-03-01T20:00:00-00:00", 1'772'395'200'000},
      {"2026-03-01T20:00:00.5Z", 1'772'395'200'500},
      {"2026-03-01T20:00:00.1239999999999999999999Z", 1'772'395'200'123},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
      {"2016-12-31T23:59:60Z", 1'483'228'799'999},
      {"9999-12-31T23:59:59.999Z", kMaxEpochMs}};
  for (const auto& [text, ms] : cases) EXPECT_EQ(epoch_ms(text), ms) << text;
}

TEST(EpochTime, RefusesOtherText) {
  const std::vector<std::pair<std::string_view, TimeFault>> cases = {
      {"2026-03-01T20:00:00", TimeFault::kZoneless},
      {"2026-03-01T20:00:00.123", TimeFault::kZoneless},
      {"", TimeFault::kBadTime},
      {"2026-03-01", TimeFault::kBadTime},
      {"2026-03-01 20:00:00Z", TimeFault::kBadTime},
      {"2026-03-01T20:00Z", TimeFault::kBadTime},
      {"2026-02-29T20:00:00Z", TimeFault::kBadTime},
      {"2026-13-01T20:00:00Z", TimeFault::kBadTime},
      {"2026-03-01T24:00:00Z", TimeFault::kBadTime},
      {"2026-03-01T20:60:00Z", TimeFault::kBadTime},
      {"2026-03-01T20:00:61Z", TimeFault::kBadTime},
      {"2026-03-01T20:00:00.Z", TimeFault::kBadTime},
      {"2026-03-01T20:00:00+0100", TimeFault::kBadTime},
      {"2026-03-01T20:00:00+24:00", TimeFault::kBadTime},
      {"2026-03-01T20:00:00Z ", TimeFault::kBadTime},
      {"2026-03-01T20:00:00 CET", TimeFault::kBadTime},
      {"1772395200000", TimeFault::kBadTime},
      {"1969-12-31T23:59:59Z", TimeFault::kOutOfRange},
      {"0001-01-01T00:00:00Z", TimeFault::kOutOfRange},
      {"9999-12-31T23:59:59-00:01", TimeFault::kOutOfRange}};
  for (const auto& [text, fault] : cases) {
    const auto ms = epoch_ms(text);
    ASSERT_FALSE(ms) << text;
    EXPECT_EQ(ms.error(), fault) << text;
  }
}

TEST(EpochTime, ReadsMillisecondsAndNotSeconds) {
  EXPECT_EQ(epoch_ms(std::int64_t{1'772'395'200'000}), 1'772'395'200'000);
  EXPECT_EQ(epoch_ms(1'772'395'200'000.9), 1'772'395'200'000);
  EXPECT_EQ(epoch_ms(kLeastEpochMs), kLeastEpochMs);
  EXPECT_EQ(epoch_ms(kLeastEpochMs - 1).error(), TimeFault::kSeconds);
  EXPECT_EQ(epoch_ms(1'772'395'200.123).error(), TimeFault::kSeconds);
  EXPECT_EQ(epoch_ms(std::int64_t{0}).error(), TimeFault::kSeconds);
  EXPECT_EQ(epoch_ms(std::int64_t{-1}).error(), TimeFault::kOutOfRange);
  EXPECT_EQ(epoch_ms(kMaxEpochMs + 1).error(), TimeFault::kOutOfRange);
  EXPECT_EQ(epoch_ms(1e308).error(), TimeFault::kOutOfRange);
  EXPECT_EQ(epoch_ms(std::nan("")).error(), TimeFault::kOutOfRange);
}

TEST(EpochTime, IsWrittenWithMilliseconds) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'772'395'200'007), "2026-03-01T20:00:00.007Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc3339(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc3339(std::numeric_limits<std::int64_t>::min()), "0000-01-01T00:00:00.000Z");
}

TEST(EpochTime, ComesBackFromItsText) {
  EXPECT_TRUE(rc::check([] {
    const auto ms = *rc::gen::inRange<std::int64_t>(0, kMaxEpochMs + 1);
    RC_ASSERT(epoch_ms(rfc3339(ms)).value() == ms);
  }));
}

TEST(TimeText, AnyBytesAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    for (const auto& read : {media_ms(bytes), epoch_ms(bytes)}) {
      if (read) {
        RC_ASSERT(*read >= 0);
      } else {
        RC_ASSERT(explain(read.error()).ends_with('.'));
      }
    }
  }));
}

}  // namespace
}  // namespace playhead::model
