#include "model/reduce.h"

#include <gtest/gtest.h>

#include "unit/model/fixtures.h"

namespace playhead::model {
namespace {

using test::played;

RowWrite write_of(const Update& update) {
  RowWrite write{.row_key = "left over", .item = "left over"};
  reduce(update, write);
  return write;
}

std::vector<Register> registers_of(const RowWrite& write) {
  std::vector<Register> ids;
  RegisterCursor cursor(write.item);
  for (; cursor; cursor.next()) ids.push_back(cursor.id());
  EXPECT_TRUE(cursor.valid());
  return ids;
}

Update full() {
  auto update = played("789", "12", 5'000, 1'122'000);
  update.version = {.counter = 3, .time_ms = 5'000, .seq = 8};
  update.show.integer = true;
  update.duration_ms = 2'700'000;
  update.credits_at_ms = 2'600'000;
  update.next_episode = {"13", true};
  update.device = "tv";
  update.session = "s1";
  update.state = State::kStopped;
  update.finished = true;
  return update;
}

TEST(Reduce, WritesEveryRegisterThatAHeartbeatHas) {
  const auto write = write_of(full());
  EXPECT_EQ(write.row_key, row_key("789", "12"));
  using enum Register;
  EXPECT_EQ(registers_of(write), (std::vector{kResume, kDuration, kCredits, kNext, kPlayed}));
  for (RegisterCursor cursor(write.item); cursor; cursor.next()) {
    EXPECT_EQ(decode_version(cursor.blob()), (Version{.counter = 3, .time_ms = 5'000, .seq = 8}));
  }
  const auto position = decode_position(find_register(write.item, kResume));
  EXPECT_EQ(position.position_ms, 1'122'000);
  EXPECT_EQ(position.state, State::kStopped);
  EXPECT_EQ(position.device, "tv");
  EXPECT_EQ(position.session, "s1");
  EXPECT_TRUE(position.show_integer);
  EXPECT_FALSE(position.episode_integer);
  EXPECT_EQ(decode_milliseconds(find_register(write.item, kDuration)), 2'700'000);
  EXPECT_EQ(decode_milliseconds(find_register(write.item, kCredits)), 2'600'000);
  EXPECT_EQ(decode_next(find_register(write.item, kNext)).text, "13");
  EXPECT_TRUE(decode_next(find_register(write.item, kNext)).integer);
  const auto flag = decode_flag(find_register(write.item, kPlayed));
  EXPECT_TRUE(flag.value);
  EXPECT_TRUE(flag.show_integer);
  EXPECT_FALSE(flag.episode_integer);
}

TEST(Reduce, PinsTheStoredBytes) {
  // What is stored in data folders: a change here needs a new format number.
  auto update = played("a", "b", 1, 300);
  update.version = {.counter = 2, .time_ms = 1, .seq = 3};
  update.episode.integer = true;
  update.state = State::kPaused;
  update.device = "d";
  const std::string version("\0\0\0\0\0\0\0\x02\x80\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x03", 24);
  EXPECT_EQ(write_of(update).item, "\x01\x1F" + version +
                                       std::string("\x02\x01\xAC\x02\x01"
                                                   "d\0",
                                                   7));
}

TEST(Reduce, WritesOnlyWhatIsThere) {
  EXPECT_EQ(registers_of(write_of(played("s", "e", 1, 0))), std::vector{Register::kResume});
  auto nothing = played("s", "e", 1, 0);
  nothing.position_ms.reset();
  EXPECT_TRUE(write_of(nothing).item.empty());
}

TEST(Reduce, LetsAnIneligibleUpdateSayNothingButItsPosition) {
  // The advertisement before the film plays in the same player and has a duration, too.
  auto update = full();
  update.eligible = update.finished = false;
  EXPECT_EQ(registers_of(write_of(update)), std::vector{Register::kProvisional});
}

TEST(Reduce, AMarkIgnoresThePositionBesideIt) {
  auto update = full();
  update.finished = update.eligible = false;
  using enum Register;
  update.mark = Mark::kWatched;
  EXPECT_EQ(registers_of(write_of(update)), (std::vector{kDuration, kCredits, kNext, kPlayed}));
  EXPECT_TRUE(decode_flag(find_register(write_of(update).item, kPlayed)).value);
  update.mark = Mark::kUnwatched;
  EXPECT_EQ(registers_of(write_of(update)), (std::vector{kDuration, kCredits, kNext, kPlayed}));
  EXPECT_FALSE(decode_flag(find_register(write_of(update).item, kPlayed)).value);
  update.mark = Mark::kRemoved;
  EXPECT_EQ(registers_of(write_of(update)), (std::vector{kDuration, kCredits, kNext, kHidden}));
}

TEST(Reduce, HidesAShowInItsOwnRow) {
  const auto write = write_of(test::marked("s", "", 1, Mark::kRemoved));
  EXPECT_EQ(write.row_key, row_key("s", ""));
  EXPECT_EQ(registers_of(write), std::vector{Register::kHidden});
}

TEST(Reduce, WritesNothingIntoRowsThatHoldNoEpisode) {
  EXPECT_TRUE(write_of(played("s", "", 1, 10'000)).item.empty());
  EXPECT_TRUE(write_of(test::marked("", "", 1, Mark::kRemoved)).item.empty());
  EXPECT_TRUE(write_of(test::marked("s", "", 1, Mark::kWatched)).item.empty());
}

TEST(Reduce, LiveWritesNothing) {
  auto update = full();
  update.live = true;
  EXPECT_TRUE(write_of(update).item.empty());
  EXPECT_EQ(write_of(update).row_key, row_key("789", "12"));
}

TEST(Reduce, EraseWritesTheUserRowAndNothingElseCounts) {
  auto update = full();
  update.erase = true;
  update.mark = Mark::kWatched;
  const auto write = write_of(update);
  EXPECT_EQ(write.row_key, kUserRow);
  EXPECT_EQ(registers_of(write), std::vector{Register::kErased});
  const auto blob = find_register(write.item, Register::kErased);
  EXPECT_EQ(decode_version(blob), (Version{.counter = 3, .time_ms = 5'000}));
  EXPECT_EQ(blob.size(), kVersionBytes);
}

TEST(Reduce, GrowsWithItsTexts) {
  auto update = full();
  const std::string longest(5'000, 'x');
  update.device = update.session = longest;
  update.next_episode.text = longest;
  update.position_ms = update.duration_ms = update.credits_at_ms = kMaxInteger;
  const auto write = write_of(update);
  const auto position = decode_position(find_register(write.item, Register::kResume));
  EXPECT_EQ(position.position_ms, kMaxInteger);
  EXPECT_EQ(position.device, longest);
  EXPECT_EQ(position.session, longest);
  EXPECT_EQ(decode_next(find_register(write.item, Register::kNext)).text, longest);
}

TEST(Reduce, ReadsMalformedValuesAsTheirDefaults) {
  const std::string version(kVersionBytes, '\x01');
  const std::vector<std::string> values{"", "\x01", "\x01\x02", std::string("\x01\x02\xFF", 3),
                                        "\x01\x02\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"};
  for (const auto& value : values) {
    EXPECT_EQ(decode_position(version + value).position_ms, 0);
    EXPECT_EQ(decode_position(version + value).device, "");
  }
  EXPECT_EQ(decode_position(version + "\x01\x09\x05").state, State::kPlaying);
  EXPECT_EQ(decode_position(version + "\x01\x02\x05\x09tv").device, "");
  EXPECT_EQ(decode_milliseconds(version), 0);
  EXPECT_EQ(decode_milliseconds(version + "\xFF"), 0);
  EXPECT_EQ(decode_milliseconds(version + "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), 0);
  EXPECT_FALSE(decode_next(version).present());
  EXPECT_FALSE(decode_next(version + "\x01").present());
  EXPECT_FALSE(decode_flag(version).value);
}

}  // namespace
}  // namespace playhead::model
