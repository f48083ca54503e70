#include <gtest/gtest.h>

#include "unit/model/fixtures.h"

namespace playhead::model {
namespace {

using namespace test;

// "show/episode", with "+" before the episode of a next card.
std::vector<std::string> cards_of(Rows& rows, std::size_t limit = 100) {
  std::vector<std::string> names;
  for (const auto& card : rows.history().continue_watching(limit, {})) {
    names.push_back(std::string(card.show.text) + (card.next ? "/+" : "/") + std::string(card.episode.text));
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(Cards, OneAShowNewestFirst) {
  Rows rows{played("a", "1", 10, 10 * kMinute), played("a", "2", 30, 10 * kMinute),
            played("b", "1", 40, 10 * kMinute), played("", "film", 20, 10 * kMinute),
            played("", "other film", 25, 10 * kMinute)};
  EXPECT_EQ(cards_of(rows), (Names{"b/1", "a/2", "/other film", "/film"}));
}

TEST(Cards, CarryTheirEpisode) {
  auto update = played("7", "1", 10, 10 * kMinute);
  update.show.integer = true;
  Rows rows{update};
  const auto cards = rows.history().continue_watching(10, {});
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_FALSE(cards[0].next);
  EXPECT_TRUE(cards[0].show.integer);
  EXPECT_FALSE(cards[0].episode.integer);
  EXPECT_EQ(cards[0].state->position_ms, 10 * kMinute);
  EXPECT_EQ(cards[0].version.time_ms, 10);
  EXPECT_EQ(cards[0].anchor, row_key("7", "1"));
}

TEST(Cards, OnlyForWhatHasBegun) {
  auto twenty_minutes = played("b", "1", 20, 40 * kSecond);
  twenty_minutes.duration_ms = 20 * kMinute;
  Rows rows{played("a", "1", 10, 40 * kSecond), twenty_minutes, provisional("c", "1", 30, 10 * kMinute)};
  EXPECT_EQ(cards_of(rows), Names{"b/1"});
}

TEST(Cards, AnEpisodeJustBegunDoesNotHideTheOneBeforeIt) {
  Rows rows{finished_hour("a", "1", 10, "2"), played("a", "2", 20, 30 * kSecond)};
  EXPECT_EQ(cards_of(rows), Names{"a/+2"});
  EXPECT_EQ(rows.history().continue_watching(1, {})[0].state->position_ms, 30 * kSecond);
  rows.apply(played("a", "2", 30, 3 * kMinute));
  EXPECT_EQ(cards_of(rows), Names{"a/2"});
}

TEST(Cards, AFinishedEpisodeIsFollowedByTheNext) {
  auto finished = finished_hour("a", "1", 10, "2");
  finished.next_episode.integer = true;
  Rows rows{finished};
  const auto cards = rows.history().continue_watching(10, {});
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_TRUE(cards[0].next);
  EXPECT_TRUE(cards[0].episode.integer);
  EXPECT_FALSE(cards[0].state);
  EXPECT_EQ(cards[0].anchor, row_key("a", "1"));
  rows.apply(finished_hour("b", "1", 20, ""));
  EXPECT_EQ(cards_of(rows), Names{"a/+2"}) << "the end of a series has no card";
}

TEST(Cards, GoOnBehindWhatWasWatchedOutOfOrder) {
  Rows rows{finished_hour("a", "2", 5, "3"), marked("a", "3", 6, Mark::kWatched), finished_hour("a", "1", 10, "2")};
  // Nobody knows what follows 3.
  EXPECT_EQ(cards_of(rows), Names{});
  auto three = marked("a", "3", 7, Mark::kWatched);
  three.next_episode = {"4", false};
  rows.apply(three);
  EXPECT_EQ(cards_of(rows), Names{"a/+4"});
  rows.apply(marked("a", "3", 8, Mark::kUnwatched));
  EXPECT_EQ(cards_of(rows), Names{"a/+3"});
}

TEST(Cards, GiveUpOnACircle) {
  Rows rows{finished_hour("a", "1", 10, "2"), finished_hour("a", "2", 20, "1")};
  EXPECT_EQ(cards_of(rows), Names{});
  Rows itself{finished_hour("a", "1", 10, "1")};
  EXPECT_EQ(cards_of(itself), Names{});
  Rows films{finished_hour("", "1", 10, "2"), finished_hour("", "2", 20, "1"), finished_hour("", "3", 20, "3")};
  EXPECT_EQ(cards_of(films), Names{});
}

TEST(Cards, FollowAWholeSeriesToItsEnd) {
  Rows rows;
  for (int i = 0; i < 50; ++i) {
    const auto episode = std::to_string(i), next = std::to_string(i + 1);
    rows.apply(finished_hour("a", episode, 100 - i, next));
  }
  EXPECT_EQ(cards_of(rows), Names{"a/+50"});
}

TEST(Cards, ANextEpisodeBelongsToTheSameShow) {
  Rows rows{finished_hour("a", "1", 10, "2"), finished_hour("b", "2", 5, "3")};
  EXPECT_EQ(cards_of(rows), (Names{"a/+2", "b/+3"}));
}

TEST(Cards, FilmsThatFollowEachOtherHaveOneCardEach) {
  // Part 2 is on its way: the card of part 1 would say the same again.
  Rows rows{finished_hour("", "part 1", 10, "part 2"), played("", "part 2", 20, 10 * kMinute)};
  EXPECT_EQ(cards_of(rows), Names{"/part 2"});
  rows.apply(finished_hour("", "part 2", 30, "part 3"));
  EXPECT_EQ(cards_of(rows), Names{"/+part 3"});
  rows.apply(finished_hour("", "spin-off", 40, "part 3"));
  EXPECT_EQ(cards_of(rows), Names{"/+part 3"});
  EXPECT_EQ(rows.history().continue_watching(5, {})[0].version.time_ms, 40);
}

TEST(Cards, UnwatchedHasNone) {
  Rows rows{played("a", "1", 10, 10 * kMinute), played("a", "2", 20, 10 * kMinute),
            marked("a", "2", 30, Mark::kUnwatched)};
  EXPECT_EQ(cards_of(rows), Names{"a/1"});
}

TEST(Cards, ARemovedEpisodeGivesWayToTheOneBefore) {
  Rows rows{played("a", "1", 10, 10 * kMinute), played("a", "2", 20, 10 * kMinute),
            marked("a", "2", 30, Mark::kRemoved)};
  EXPECT_EQ(cards_of(rows), Names{"a/1"});
  rows.apply(played("a", "2", 40, 11 * kMinute));
  EXPECT_EQ(cards_of(rows), Names{"a/2"});
}

TEST(Cards, AHiddenShowComesBackWhenItIsPlayed) {
  Rows rows{played("a", "1", 10, 10 * kMinute), played("b", "1", 5, 10 * kMinute),
            marked("a", "", 20, Mark::kRemoved)};
  EXPECT_EQ(cards_of(rows), Names{"b/1"});
  EXPECT_TRUE(rows.history().resume("a", {})) << "hiding a show forgets nothing";
  rows.apply(played("a", "2", 15, 10 * kMinute));
  EXPECT_EQ(cards_of(rows), Names{"b/1"}) << "a late upload";
  rows.apply(marked("a", "1", 25, Mark::kWatched));
  EXPECT_EQ(cards_of(rows), Names{"b/1"}) << "a mark is no wish to go on";
  rows.apply(provisional("a", "1", 26, 0));
  EXPECT_EQ(cards_of(rows), Names{"b/1"}) << "nor is a failed start";
  rows.apply(played("a", "2", 30, 10 * kMinute));
  EXPECT_EQ(cards_of(rows), (Names{"a/2", "b/1"}));
  rows.apply(marked("a", "", 40, Mark::kRemoved));
  EXPECT_EQ(cards_of(rows), Names{"b/1"});
}

TEST(Cards, AMarkAfterTheReturnOfAHiddenShowStillCounts) {
  auto watched = marked("a", "1", 30, Mark::kWatched);
  watched.next_episode = {"2", false};
  Rows rows{played("a", "1", 5, 10 * kMinute), marked("a", "", 10, Mark::kRemoved),
            played("a", "9", 20, 10 * kMinute), watched};
  EXPECT_EQ(cards_of(rows), Names{"a/+2"});
}

TEST(Cards, KnowNothingOfWhatWasErased) {
  Rows rows{played("a", "1", 10, 10 * kMinute), marked("a", "", 15, Mark::kRemoved), erased(20),
            finished_hour("b", "1", 18, "2"), played("b", "1", 30, 10 * kMinute)};
  EXPECT_EQ(cards_of(rows), Names{"b/1"});
  rows.apply(played("a", "1", 21, 10 * kMinute));
  EXPECT_EQ(cards_of(rows), (Names{"b/1", "a/1"})) << "the erased removal of the show hides nothing";
}

TEST(Cards, AreAsManyAsWantedAndOneMore) {
  Rows rows;
  for (const auto* show : {"a", "b", "c", "d"}) rows.apply(played(show, "1", 10, 10 * kMinute));
  EXPECT_EQ(cards_of(rows, 0).size(), 1u);
  EXPECT_EQ(cards_of(rows, 2), (Names{"d/1", "c/1", "b/1"}));
  EXPECT_EQ(cards_of(rows, 4).size(), 4u);
  EXPECT_EQ(cards_of(rows, SIZE_MAX).size(), 4u);
}

}  // namespace
}  // namespace playhead::model
