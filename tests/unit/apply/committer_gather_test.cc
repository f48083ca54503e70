// When a record is appended: which updates wait for one another, and which don't.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "unit/apply/committer_rig.h"

namespace playhead::apply {
namespace {

struct CommitterGatherTest : CommitterTest {
  // To a queue that answers later, when answer() is called.
  void start_with_one_on_its_way(const CommitOptions& options) {
    log_.defer(true);
    start(options);
    ASSERT_TRUE(submit(0));
    eventually([&] { return log_.appends() == 1; });
  }
};

// The waits in these tests would be of ten minutes.
constexpr CommitOptions kPatient{.gather_at_most = std::chrono::minutes(10)};

TEST_F(CommitterGatherTest, UnderLoadARecordWaitsForThoseThatTheLastOneAnswered) {
  start(kPatient);
  hold_the_disk();
  for (std::uint64_t id = 1; id <= 16; ++id) ASSERT_TRUE(submit(id));
  log_.release();
  expect_answers(17);
  for (std::uint64_t id = 17; id <= 30; ++id) ASSERT_TRUE(submit(id));  // 14 of the 16: two have left
  expect_answers(31);
  EXPECT_EQ(records(), 3u);
}

TEST_F(CommitterGatherTest, APlayerAloneNeverWaitsForOthers) {
  start(kPatient);
  for (std::uint64_t id = 0; id < 20; ++id) {
    ASSERT_TRUE(submit(id));
    expect_answers(id + 1);
  }
}

TEST_F(CommitterGatherTest, ARecordThatIsLargeWaitsForNobody) {
  auto options = kPatient;
  options.gather_bytes = 2 * updates_of({position("1", "1", 10)}).size();
  start(options);
  hold_the_disk();
  for (std::uint64_t id = 1; id <= 16; ++id) ASSERT_TRUE(submit(id));
  log_.release();
  expect_answers(17);
  for (std::uint64_t id = 17; id <= 18; ++id) ASSERT_TRUE(submit(id));
  expect_answers(19);
}

TEST_F(CommitterGatherTest, WhoDoesNotComeBackIsNotWaitedForLong) {
  start({.gather_at_most = std::chrono::milliseconds(1)});
  hold_the_disk();
  for (std::uint64_t id = 1; id <= 16; ++id) ASSERT_TRUE(submit(id));
  log_.release();
  expect_answers(17);
  ASSERT_TRUE(submit(17));
  expect_answers(18);
}

TEST_F(CommitterGatherTest, WhileARecordIsOnItsWayTheNextWaitsAndTakesWhatComes) {
  start_with_one_on_its_way({.wait_for_answer_at_most = std::chrono::minutes(10)});
  for (std::uint64_t id = 1; id <= 8; ++id) ASSERT_TRUE(submit(id));
  EXPECT_EQ(log_.appends(), 1);
  eventually([&] {
    log_.answer();
    return answers_.ids().size() == 9;
  });
  EXPECT_EQ(records(), 2u);
}

TEST_F(CommitterGatherTest, ALargeRecordWaitsForNoAnswer) {
  start_with_one_on_its_way({.gather_bytes = 2 * updates_of({position("1", "1", 10)}).size(),
                             .wait_for_answer_at_most = std::chrono::minutes(10)});
  for (std::uint64_t id = 1; id <= 2; ++id) ASSERT_TRUE(submit(id));
  eventually([&] { return log_.appends() == 2; });
  log_.answer();
  expect_answers(3);
}

TEST_F(CommitterGatherTest, AnAnswerThatDoesNotComeIsNotWaitedForLong) {
  start_with_one_on_its_way({.wait_for_answer_at_most = std::chrono::milliseconds(1)});
  ASSERT_TRUE(submit(1));
  eventually([&] { return log_.appends() == 2; });
  log_.answer();
  expect_answers(2);
}

}  // namespace
}  // namespace playhead::apply
