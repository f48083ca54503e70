#include "load/pattern.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "load/sequence.h"

namespace playhead::load {
namespace {

Values values(std::uint64_t user, std::uint64_t position) {
  Values out;
  out[Field::kUser] = user;
  out[Field::kPosition] = position;
  return out;
}

TEST(WriteDigits, WritesAnyWidth) {
  for (unsigned width = 1; width <= 13; ++width) {
    std::string text(width, 'x');
    write_digits(text.data(), width, 1'234'567'890'123);
    EXPECT_EQ(text, std::string("1234567890123").substr(13 - width));
  }
}

TEST(Pattern, PatchesEachUpdateOfABatchInPlace) {
  auto pattern = Pattern::parse(batch_body(R"({"userId":{user},"position":{position}})", 2), 2);
  ASSERT_TRUE(pattern);
  const auto* before = pattern->bytes().data();
  pattern->patch(0, values(1000000001, 1122));
  pattern->patch(1, values(1000000002, 9990));
  EXPECT_EQ(pattern->bytes(),
            R"({"updates":[{"userId":1000000001,"position":1122},{"userId":1000000002,"position":9990}]})");
  EXPECT_EQ(pattern->bytes().data(), before);
}

TEST(Pattern, LeavesOtherBracesAlone) {
  auto pattern = Pattern::parse(R"({"a":{},"b":{users},"c":{user)", 1);
  ASSERT_TRUE(pattern);
  EXPECT_EQ(pattern->bytes(), R"({"a":{},"b":{users},"c":{user)");
}

TEST(Pattern, RefusesPlaceholdersThatUpdatesCannotShare) {
  const auto pattern = Pattern::parse("{user}{user}{user}", 2);
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().code, "uneven-pattern");
}

TEST(RequestText, StatesTheLengthThatTheBodyHasOnTheWire) {
  const auto text = request_text("POST", "/v1/progress", "127.0.0.1:1842", "X-A: b\r\n", "[{user},{timestamp}]");
  const auto pattern = Pattern::parse(text, 1);
  ASSERT_TRUE(pattern);
  const auto bytes = pattern->bytes();
  const auto body = bytes.substr(bytes.find("\r\n\r\n") + 4);
  EXPECT_EQ(body, "[1000000000,1000000000000]");
  EXPECT_NE(bytes.find("Content-Length: " + std::to_string(body.size()) + "\r\nX-A: b\r\n"), bytes.npos);
}

TEST(RequestText, SaysNothingOfABodyThatIsNotThere) {
  EXPECT_EQ(request_text("GET", "/a", "h:1", "", ""), "GET /a HTTP/1.1\r\nHost: h:1\r\n\r\n");
}

TEST(Sequence, GoesRoundTheUsersWithRisingPositionsThenTheNextEpisode) {
  Sequence sequence({.first = 5, .users = 2, .heartbeats_per_episode = 2}, Sequence::Order::kRounds, 1);
  struct Expected {
    std::uint64_t user, episode, position, seq;
  };
  const Expected expected[] = {
      {1000000005, 100000, 1000, 100000000}, {1000000006, 100000, 1000, 100000000},
      {1000000005, 100000, 1010, 100000001}, {1000000006, 100000, 1010, 100000001},
      {1000000005, 100001, 1000, 100000002}, {1000000006, 100001, 1000, 100000002},
  };
  for (const auto& e : expected) {
    Values v;
    sequence.next(v);
    EXPECT_EQ(v[Field::kUser], e.user);
    EXPECT_EQ(v[Field::kEpisode], e.episode);
    EXPECT_EQ(v[Field::kPosition], e.position);
    EXPECT_EQ(v[Field::kSeq], e.seq);
  }
}

TEST(Sequence, ReadsAskOnlyForWhatUpdatesStored) {
  const Viewers stored{.users = 3, .heartbeats_per_episode = 1, .episodes_per_user = 50};
  std::set<std::array<std::uint64_t, 3>> items;
  const auto item_of = [](const Values& v) {
    return std::array{v[Field::kUser], v[Field::kShow], v[Field::kEpisode]};
  };
  Sequence writes(stored, Sequence::Order::kRounds, 1);
  Sequence reads(stored, Sequence::Order::kRandom, 1);
  Values v;
  for (int i = 0; i < 150; ++i) {
    writes.next(v);
    items.insert(item_of(v));
  }
  ASSERT_EQ(items.size(), 150u);
  std::set<std::array<std::uint64_t, 3>> asked;
  for (int i = 0; i < 5000; ++i) {
    reads.next(v);
    ASSERT_TRUE(items.contains(item_of(v)));
    asked.insert(item_of(v));
  }
  EXPECT_EQ(asked.size(), 150u);
}

}  // namespace
}  // namespace playhead::load
