#include <gtest/gtest.h>

#include "unit/model/fixtures.h"

namespace playhead::model {
namespace {

using namespace test;

TEST(Resume, KnowsNothingOfAnEmptyUser) { EXPECT_FALSE(Rows{}.history().resume({}, {})); }

TEST(Resume, AnswersTheArticlesOwnRecord) {
  Rows rows{played("789", "12", 100, 1'122'000)};
  const auto episode = rows.history().resume({}, {});
  ASSERT_TRUE(episode);
  EXPECT_EQ(episode->ids.show, "789");
  EXPECT_EQ(episode->ids.episode, "12");
  EXPECT_EQ(episode->position_ms, 1'122'000);
  EXPECT_EQ(episode->start_at_ms, 1'122'000);
  EXPECT_EQ(episode->updated.time_ms, 100);
  EXPECT_TRUE(episode->has_position);
  EXPECT_FALSE(episode->provisional);
  EXPECT_FALSE(episode->finished);
}

TEST(Resume, SelectsByShowByEpisodeByBothAndByNone) {
  Rows rows{played("a", "1", 10, 1 * kMinute), played("a", "2", 20, 2 * kMinute), played("b", "1", 30, 3 * kMinute),
            played("", "1", 15, 4 * kMinute), played("ab", "1", 40, 5 * kMinute)};
  const auto history = rows.history();
  const auto position = [&](auto show, auto episode) { return history.resume(show, episode)->position_ms / kMinute; };
  EXPECT_EQ(position(std::nullopt, std::nullopt), 5);
  EXPECT_EQ(position("a", std::nullopt), 2);
  EXPECT_EQ(position("a", "1"), 1);
  EXPECT_EQ(position(std::nullopt, "2"), 2);
  EXPECT_EQ(position("", "1"), 4);
  EXPECT_FALSE(history.resume("c", {}));
  EXPECT_FALSE(history.resume("b", "2"));
  EXPECT_FALSE(history.resume({}, "b"));
}

TEST(Resume, AnEpisodeIdIsMatchedWhole) {
  Rows rows{played("a", "11", 10, kMinute), played("", "111", 20, kMinute)};
  EXPECT_FALSE(rows.history().resume({}, "1"));
  EXPECT_EQ(rows.history().resume({}, "11")->updated.time_ms, 10);
  EXPECT_EQ(rows.history().resume({}, "111")->updated.time_ms, 20);
}

TEST(Resume, TheLatestWinsAndNotTheFurthest) {
  Rows rows{played("a", "1", 10, 50 * kMinute), played("a", "1", 20, 5 * kMinute),
            played("a", "1", 15, 40 * kMinute)};
  EXPECT_EQ(rows.history().resume({}, {})->position_ms, 5 * kMinute);
}

TEST(Resume, AFailedStartDestroysNothing) {
  auto advertisement = provisional("a", "1", 20, 0);
  advertisement.duration_ms = 30 * kSecond;
  Rows rows{played("a", "1", 10, 20 * kMinute), advertisement, provisional("a", "2", 30, 0)};
  const auto episode = rows.history().resume({}, {});
  EXPECT_EQ(episode->ids.episode, "1");
  EXPECT_EQ(episode->start_at_ms, 20 * kMinute);
  EXPECT_EQ(episode->updated.time_ms, 10);
  EXPECT_EQ(rows.history().resume({}, "2")->position_ms, 0);
}

TEST(Resume, AProvisionalPositionAnswersWhileThereIsNothingBetter) {
  Rows rows{provisional("a", "1", 10, 3 * kSecond)};
  EXPECT_TRUE(rows.history().resume({}, {})->provisional);
  EXPECT_FALSE(rows.history().resume({}, {})->has_position);
  EXPECT_EQ(rows.history().resume({}, {})->start_at_ms, 3 * kSecond);
  rows.apply(played("a", "1", 5, 9 * kSecond));
  EXPECT_FALSE(rows.history().resume({}, {})->provisional);
  EXPECT_EQ(rows.history().resume({}, {})->position_ms, 9 * kSecond);
}

TEST(Resume, AProvisionalPositionDoesNotUndoAMark) {
  Rows rows{marked("a", "1", 10, Mark::kWatched), provisional("a", "1", 20, 3 * kSecond)};
  auto episode = rows.history().resume("a", "1");
  EXPECT_TRUE(episode->finished);
  EXPECT_FALSE(episode->provisional);
  EXPECT_EQ(episode->start_at_ms, 0);
  EXPECT_EQ(episode->updated.time_ms, 10);
  rows.apply(marked("a", "1", 15, Mark::kUnwatched));
  episode = rows.history().resume("a", "1");
  EXPECT_TRUE(episode->provisional);
  EXPECT_EQ(episode->updated.time_ms, 20);
  EXPECT_FALSE(episode->watched);
}

TEST(Resume, AMarkIsNotAPlaceWhereSomeoneStopped) {
  Rows rows{played("a", "1", 10, 10 * kMinute), played("a", "5", 20, 20 * kMinute),
            marked("a", "1", 30, Mark::kWatched), marked("a", "2", 40, Mark::kWatched)};
  EXPECT_EQ(rows.history().resume({}, {})->ids.episode, "5");
  EXPECT_EQ(rows.history().resume({}, "1")->updated.time_ms, 30);
  EXPECT_TRUE(rows.history().resume({}, "2")->finished);
}

TEST(Resume, FinishedStartsFromTheBeginningAndARewatchDoesNot) {
  Rows rows{finished_hour("a", "1", 10, "2")};
  auto episode = rows.history().resume({}, {});
  EXPECT_TRUE(episode->finished);
  EXPECT_TRUE(episode->watched);
  EXPECT_EQ(episode->position_ms, kHour);
  EXPECT_EQ(episode->start_at_ms, 0);
  EXPECT_EQ(episode->next_episode.text, "2");
  rows.apply(played("a", "1", 20, 10 * kMinute));
  episode = rows.history().resume({}, {});
  EXPECT_FALSE(episode->finished);
  EXPECT_TRUE(episode->watched);
  EXPECT_EQ(episode->start_at_ms, 10 * kMinute);
}

TEST(Resume, FinishedIsWhatWasRecordedAtThatVersionWhateverTheThresholdsSayNow) {
  auto update = played("a", "1", 10, 50 * kMinute);
  update.duration_ms = kHour;
  update.finished = true;
  Rows rows{update};
  EXPECT_TRUE(rows.history().resume({}, {})->finished);
  rows.apply(played("a", "1", 11, 50 * kMinute));
  EXPECT_FALSE(rows.history().resume({}, {})->finished);
  EXPECT_TRUE(rows.history({.finished_remaining_ms = 10 * kMinute}).resume({}, {})->finished);
}

TEST(Resume, MarksOverruleThePositionUntilANewerOne) {
  Rows rows{finished_hour("a", "1", 10, ""), marked("a", "1", 20, Mark::kUnwatched)};
  auto episode = rows.history().resume({}, {});
  EXPECT_TRUE(episode->unwatched);
  EXPECT_FALSE(episode->finished);
  EXPECT_FALSE(episode->watched);
  EXPECT_EQ(episode->start_at_ms, 0);
  EXPECT_EQ(episode->position_ms, kHour);
  EXPECT_EQ(episode->updated.time_ms, 20);
  rows.apply(played("a", "1", 30, 20 * kMinute));
  episode = rows.history().resume({}, {});
  EXPECT_FALSE(episode->unwatched);
  EXPECT_EQ(episode->start_at_ms, 20 * kMinute);
  EXPECT_EQ(episode->updated.time_ms, 30);
}

TEST(Resume, RemembersADurationThatLaterUpdatesLeaveOut) {
  auto update = played("a", "1", 10, kMinute);
  update.duration_ms = 10 * kMinute;
  update.credits_at_ms = 8 * kMinute;
  Rows rows{update, played("a", "1", 20, 8 * kMinute), played("a", "2", 5, 8 * kMinute)};
  const auto episode = rows.history().resume({}, {});
  EXPECT_EQ(episode->duration_ms, 10 * kMinute);
  EXPECT_TRUE(episode->finished);
  rows.apply(played("a", "1", 30, 11 * kMinute));
  EXPECT_EQ(rows.history().resume({}, {})->position_ms, 10 * kMinute);
}

TEST(Resume, RemovedIsForgottenUntilItIsReallyPlayedAgain) {
  Rows rows{finished_hour("a", "1", 10, "2"), provisional("a", "1", 11, 0), marked("a", "1", 20, Mark::kRemoved)};
  EXPECT_FALSE(rows.history().resume({}, {}));
  rows.apply(played("a", "1", 15, 10 * kMinute));
  EXPECT_FALSE(rows.history().resume({}, {})) << "a late upload";
  rows.apply(provisional("a", "1", 30, 2 * kSecond));
  EXPECT_FALSE(rows.history().resume({}, {})) << "a start that isn't a view yet";
  rows.apply(played("a", "1", 40, 6 * kSecond));
  const auto episode = rows.history().resume({}, {});
  ASSERT_TRUE(episode);
  EXPECT_EQ(episode->position_ms, 6 * kSecond);
  EXPECT_FALSE(episode->watched);
}

TEST(Resume, AMarkAfterARemovalCounts) {
  Rows rows{played("a", "1", 10, kMinute), marked("a", "1", 20, Mark::kRemoved),
            marked("a", "1", 30, Mark::kWatched)};
  const auto episode = rows.history().resume({}, {});
  ASSERT_TRUE(episode);
  EXPECT_TRUE(episode->finished);
  EXPECT_FALSE(episode->has_position);
}

TEST(Resume, ErasureMasksLateUploads) {
  Rows rows{played("a", "1", 10, kMinute), marked("a", "2", 12, Mark::kWatched), erased(20)};
  EXPECT_FALSE(rows.history().resume({}, {}));
  EXPECT_EQ(rows.history().erased_up_to(), 20);
  rows.apply(played("a", "1", 20, 2 * kMinute));
  rows.apply(erased(15));
  EXPECT_FALSE(rows.history().resume({}, {}));
  rows.apply(played("a", "1", 21, 3 * kMinute));
  EXPECT_EQ(rows.history().resume({}, {})->position_ms, 3 * kMinute);
}

TEST(Resume, ErasureTakesSingleRegistersToo) {
  auto with_duration = played("a", "1", 10, kMinute);
  with_duration.duration_ms = kHour;
  with_duration.next_episode = {"2", false};
  Rows rows{with_duration, played("a", "1", 30, 2 * kMinute), erased(20)};
  const auto episode = rows.history().resume({}, {});
  EXPECT_FALSE(episode->duration_ms);
  EXPECT_FALSE(episode->next_episode.present());
  // An erased removal hides nothing.
  Rows removed{marked("a", "1", 10, Mark::kRemoved), provisional("a", "1", 30, 0), erased(20)};
  EXPECT_TRUE(removed.history().resume({}, {}));
}

TEST(Resume, ErasureByCounterCoversWhatIsBeforeItInTheOrder) {
  const auto at = [](std::uint64_t counter, std::int64_t time, std::string_view episode) {
    auto update = played("a", episode, time, kMinute);
    update.version.counter = counter;
    return update;
  };
  // An old session goes on, its clock far ahead; the session that was on when the user erased; one that began offline
  // with what was known then; a new one.
  Rows rows{at(3, 90, "old"), at(5, 9, "on"), at(6, 8, "offline"), erased(10, 5)};
  EXPECT_FALSE(rows.history().resume({}, {}));
  EXPECT_EQ(rows.history().greatest_counter(), 6u);
  rows.apply(at(5, 11, "on"));
  EXPECT_EQ(rows.history().resume({}, {})->ids.episode, "on");
  rows.apply(at(6, 11, "new"));
  EXPECT_EQ(rows.history().resume({}, {})->ids.episode, "new");
}

TEST(Resume, TheGreaterCounterWinsWhateverTheClocksSay) {
  auto later = played("a", "1", 10, kMinute);
  later.version.counter = 2;
  auto chatty = played("a", "1", 90, 9 * kMinute);
  chatty.version = {.counter = 1, .time_ms = 90, .seq = 1'000};
  Rows rows{later, chatty};
  EXPECT_EQ(rows.history().resume({}, {})->position_ms, kMinute);
}

TEST(Resume, GivesIdsBackInTheTypeOfTheWinningUpdate) {
  auto number = played("789", "12", 10, kMinute);
  number.show.integer = number.episode.integer = true;
  Rows rows{number};
  EXPECT_TRUE(rows.history().resume({}, {})->show_integer);
  EXPECT_TRUE(rows.history().resume({}, {})->episode_integer);
  rows.apply(played("789", "12", 20, kMinute));
  EXPECT_FALSE(rows.history().resume({}, {})->show_integer);
  EXPECT_FALSE(rows.history().resume({}, {})->episode_integer);
  auto mark = marked("789", "13", 10, Mark::kWatched);
  mark.episode.integer = true;
  rows.apply(mark);
  EXPECT_TRUE(rows.history().resume({}, "13")->episode_integer);
}

TEST(Resume, SurvivesRowsOfOtherHands) {
  Rows rows{played("a", "1", 10, kMinute)};
  rows.at("a", "2") = "garbage";
  rows.at("a", "3") = std::string("\x01\x18") + std::string(24, '\xFF');
  rows.at("a", "4");
  // A register of a newer program, after ours.
  rows.at("a", "1") += std::string("\x7F\x18") + std::string(24, '\xFF');
  EXPECT_EQ(rows.history().resume({}, "1")->position_ms, kMinute);
  EXPECT_FALSE(rows.history().resume({}, "2"));
  EXPECT_FALSE(rows.history().resume({}, "4"));
}

}  // namespace
}  // namespace playhead::model
