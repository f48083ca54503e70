// Lists page by page, and what is counted over all rows.

#include <gtest/gtest.h>

#include "unit/model/fixtures.h"

namespace playhead::model {
namespace {

using namespace test;

// Thirty shows with two episodes each; many acts share a version, as a batch without times does.
Rows many() {
  Rows rows;
  for (int i = 0; i < 30; ++i) {
    const auto show = i % 5 == 0 ? std::string() : "show " + std::to_string(i);
    const auto first = "one " + std::to_string(i), second = "two " + std::to_string(i);
    rows.apply(finished_hour(show, first, 100 + i / 6, second));
    if (i % 3 == 0) rows.apply(played(show, second, 100 + i / 6, 10 * kMinute));
    if (i % 4 == 0) rows.apply(marked(show, second, 100 + i / 7, Mark::kWatched));
  }
  return rows;
}

std::string name(const Card& card) { return std::string(card.anchor) + '>' + std::string(card.episode.text); }
ListPlace place(const Card& card) { return {card.version, std::string(card.anchor)}; }
std::string name(const Episode& episode) { return row_key(episode.ids.show, episode.ids.episode); }
ListPlace place(const Episode& episode) { return {episode.updated, name(episode)}; }

template <class Read>
void expect_pages_make_the_whole(Read read) {
  std::vector<std::string> whole;
  for (const auto& entry : read(1'000, std::nullopt)) whole.push_back(name(entry));
  ASSERT_GT(whole.size(), 10u);
  for (const std::size_t limit : {1u, 2u, 3u, 7u, 1'000u}) {
    std::vector<std::string> paged;
    std::optional<ListPlace> after;
    while (true) {
      const auto page = read(limit, after);
      ASSERT_LE(page.size(), limit + 1);
      for (std::size_t i = 0; i < std::min(limit, page.size()); ++i) paged.push_back(name(page[i]));
      if (page.size() <= limit) break;
      after = place(page[limit - 1]);
    }
    EXPECT_EQ(paged, whole) << limit;
  }
}

TEST(Lists, OfEpisodesHaveNoGapsAndNoRepeats) {
  auto rows = many();
  const auto history = rows.history();
  expect_pages_make_the_whole(
      [&](std::size_t limit, const auto& after) { return history.episodes(limit, after, 0); });
}

TEST(Lists, OfCardsHaveNoGapsAndNoRepeats) {
  auto rows = many();
  const auto history = rows.history();
  expect_pages_make_the_whole(
      [&](std::size_t limit, const auto& after) { return history.continue_watching(limit, after); });
}

TEST(Lists, AreNewestFirstAndByKeyWithinAVersion) {
  auto rows = many();
  const auto episodes = rows.history().episodes(1'000, {}, 0);
  for (std::size_t i = 1; i < episodes.size(); ++i) {
    const auto before = place(episodes[i - 1]), here = place(episodes[i]);
    EXPECT_GT(std::tie(before.version, before.row_key), std::tie(here.version, here.row_key));
  }
}

TEST(Lists, GoOnWhereTheyWereWhenTheLastEntryHasMoved) {
  Rows rows{played("a", "1", 30, kHour), played("b", "1", 20, kHour), played("c", "1", 10, kHour)};
  const auto after = place(rows.history().episodes(2, {}, 0)[1]);
  rows.apply(played("b", "1", 40, kHour));
  const auto rest = rows.history().episodes(2, after, 0);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].ids.show, "c");
}

TEST(Episodes, SinceATimeIncludingIt) {
  Rows rows{played("a", "1", 10, kMinute), played("a", "2", 20, kMinute), marked("a", "3", 30, Mark::kWatched)};
  EXPECT_EQ(rows.history().episodes(10, {}, 20).size(), 2u);
  EXPECT_EQ(rows.history().episodes(10, {}, 21).size(), 1u);
  EXPECT_EQ(rows.history().episodes(10, {}, 31).size(), 0u);
  rows.apply(marked("a", "1", 40, Mark::kUnwatched));
  EXPECT_EQ(rows.history().episodes(10, {}, 31).size(), 1u);
}

TEST(Episodes, HoldEverythingThatIsKnownAndNothingElse) {
  Rows rows{played("a", "1", 10, kMinute), provisional("a", "2", 11, 0), marked("", "3", 12, Mark::kUnwatched),
            marked("a", "", 13, Mark::kRemoved), marked("a", "4", 14, Mark::kRemoved)};
  const auto episodes = rows.history().episodes(10, {}, 0);
  ASSERT_EQ(episodes.size(), 3u);
  EXPECT_TRUE(episodes[0].unwatched);
  EXPECT_TRUE(episodes[1].provisional);
  EXPECT_EQ(episodes[2].ids.episode, "1");
}

TEST(Episodes, AreAsManyAsWantedAndOneMore) {
  auto rows = many();
  EXPECT_EQ(rows.history().episodes(0, {}, 0).size(), 1u);
  EXPECT_EQ(rows.history().episodes(5, {}, 0).size(), 6u);
  EXPECT_EQ(rows.history().episodes(SIZE_MAX, {}, 0).size(), rows.history().episodes(1'000, {}, 0).size());
}

TEST(Counter, IsTheGreatestAnywhere) {
  EXPECT_EQ(Rows{}.history().greatest_counter(), 0u);
  auto removed = marked("a", "1", 10, Mark::kRemoved);
  removed.version.counter = 5;
  auto before = provisional("a", "1", 20, 0);
  before.version.counter = 4;
  Rows rows{removed, before};
  EXPECT_EQ(rows.history().greatest_counter(), 5u);
  rows.apply(erased(30, 9));
  EXPECT_EQ(rows.history().greatest_counter(), 9u);
}

}  // namespace
}  // namespace playhead::model
