#include "apply/committer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/apply/committer_rig.h"

namespace playhead::apply {
namespace {

TEST_F(CommitterTest, AnswersOnceTheUpdateIsDurableAndReadable) {
  start();
  hold_the_disk();
  EXPECT_TRUE(answers_.ids().empty());
  log_.release();
  expect_answers(1);
  EXPECT_TRUE(answers_.answers()[0].durable);
  EXPECT_TRUE(known_at_answer_[0]);
  EXPECT_EQ(view_.applied(), 2u);
}

TEST_F(CommitterTest, WhatIsSubmittedDuringOneAppendSharesTheNextRecord) {
  start();
  hold_the_disk();
  for (std::uint64_t id = 1; id <= 10; ++id) ASSERT_TRUE(submit(id));
  log_.release();
  expect_answers(11);
  EXPECT_THAT(answers_.ids(), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(records(), 2u);
  EXPECT_EQ(stats_.commits, 2u);
  for (std::uint64_t id = 0; id <= 10; ++id) EXPECT_TRUE(known_at_answer_[id]) << id;
}

TEST_F(CommitterTest, CountsTheUpdatesOfEachRecord) {
  start();
  hold_the_disk();
  ASSERT_TRUE(committer_->submit(lane_, updates_of({position("1", "1", 10), position("2", "1", 10)}), {1, 0, 0}, 2));
  ASSERT_TRUE(submit(2));
  log_.release();
  expect_answers(3);
  const auto& updates = stats_.commit_updates;
  EXPECT_EQ(updates.sum(), 4u);
  EXPECT_EQ(updates.count(0), 1u) << "the first record had one";
  EXPECT_EQ(updates.count(2), 1u) << "the second had three, which is above 2 and not above 5";
  std::uint64_t appends = 0;
  for (std::size_t i = 0; i <= kCommitBoundsUs.size(); ++i) appends += stats_.commit_us.count(i);
  EXPECT_EQ(appends, 2u);
}

TEST_F(CommitterTest, ARecordCarriesTheTimeOfItsAppend) {
  start();
  hold_the_disk();
  ASSERT_TRUE(submit(1));
  clock_.set(2'000);
  log_.release();
  expect_answers(2);
  std::vector<std::int64_t> times;
  ASSERT_TRUE(log_.read(log::kOnlyPartition, 1, [&](auto, std::string_view record) {
    times.push_back(*model::record_time(record));
    return true;
  }));
  EXPECT_EQ(times, (std::vector<std::int64_t>{1'000, 2'000}));
}

TEST_F(CommitterTest, RefusesWhatDoesNotFitAndKeepsWhatDid) {
  const auto one = updates_of({position("1", "1", 10)}).size();
  start({.queue_bytes = 3 * one + model::record_header(0).size()});
  hold_the_disk();
  for (std::uint64_t id = 1; id <= 3; ++id) EXPECT_TRUE(submit(id));
  EXPECT_FALSE(submit(4));
  EXPECT_EQ(stats_.refused_full, 1u);
  log_.release();
  expect_answers(4);
  EXPECT_FALSE(known(4));
  EXPECT_TRUE(submit(4)) << "room again";
  expect_answers(5);
}

TEST_F(CommitterTest, RefusesWhileTheViewIsFull) {
  sink_ = ApplyToView(applier_, view_, 1);
  start();
  ASSERT_TRUE(submit(1));
  expect_answers(1);
  EXPECT_FALSE(submit(2));
  for (std::size_t shard = 0; shard < view_.shards(); ++shard) view_.finish_flush(view_.begin_flush(shard), true);
  EXPECT_TRUE(submit(2));
  expect_answers(2);
}

TEST_F(CommitterTest, AFailedAppendAnswersWithItsReasonAndAppliesNothing) {
  start();
  log_.refuse(true);
  ASSERT_TRUE(submit(1));
  expect_answers(1);
  EXPECT_FALSE(answers_.answers()[0].durable);
  EXPECT_EQ(answers_.answers()[0].code, "log-full");
  EXPECT_FALSE(known(1));
  EXPECT_FALSE(committer_->healthy());
  ASSERT_TRUE(committer_->trouble());
  EXPECT_EQ(committer_->trouble()->code, "log-full");
  EXPECT_EQ(view_.applied(), 1u);
}

TEST_F(CommitterTest, FindsOutWithoutTrafficThatTheLogWorksAgain) {
  for (const bool later : {false, true}) {  // the answer comes inline, or from another thread after append() returned
    start();
    log_.defer(later);
    log_.refuse(true);
    ASSERT_TRUE(submit(1));
    eventually([&] {
      if (later) log_.answer();
      return !committer_->healthy();
    });
    const auto before = log_.appends();
    eventually([&] {
      if (later) log_.answer();
      return log_.appends() >= before + 2;
    });
    EXPECT_FALSE(committer_->healthy());
    log_.refuse(false);
    eventually([&] {
      if (later) log_.answer();
      return committer_->healthy();
    });
    EXPECT_FALSE(committer_->trouble());
    log_.defer(false);
    log_.answer();
    committer_.reset();
    EXPECT_EQ(view_.applied(), log_.usage(log::kOnlyPartition).next);
  }
}

TEST_F(CommitterTest, IsQuietWithoutTrafficWhileTheLogWorks) {
  start();
  ASSERT_TRUE(submit(1));
  expect_answers(1);
  committer_->stop();
  EXPECT_EQ(log_.appends(), 1);
}

TEST_F(CommitterTest, StopAnswersEverythingThatWasTaken) {
  start();
  hold_the_disk();
  for (std::uint64_t id = 1; id <= 5; ++id) ASSERT_TRUE(submit(id));
  std::jthread stop([&] { committer_->stop(); });
  eventually([&] { return !submit(99); });
  log_.release();
  stop.join();
  const auto ids = answers_.ids();
  for (std::uint64_t id = 0; id <= 5; ++id) EXPECT_EQ(std::ranges::count(ids, id), 1) << id;
  EXPECT_EQ(view_.applied(), log_.usage(log::kOnlyPartition).next);
}

TEST_F(CommitterTest, StopWaitsForAnswersThatAreStillOnTheirWay) {
  log_.defer(true);
  start();
  ASSERT_TRUE(submit(1));
  eventually([&] { return log_.appends() == 1; });
  ASSERT_TRUE(submit(2));
  std::atomic<bool> stopped = false;
  std::jthread stop([&] {
    committer_.reset();
    stopped = true;
  });
  eventually([&] { return log_.appends() == 2; });
  EXPECT_FALSE(stopped);
  eventually([&] {
    log_.answer();
    return stopped.load();
  });
  EXPECT_THAT(answers_.ids(), testing::ElementsAre(1, 2));
}

TEST_F(CommitterTest, EveryLaneGetsItsOwnAnswers) {
  Lane second;
  committer_ = std::make_unique<Committer>(log_, sink_, stats_, clock_, CommitOptions{});
  lane_ = committer_->add_lane(answers_);
  const auto other = committer_->add_lane(second);
  committer_->start();
  ASSERT_TRUE(submit(1));
  ASSERT_TRUE(committer_->submit(other, updates_of({position("2", "1", 10)}), {2, 0, 0}));
  committer_->stop();
  EXPECT_THAT(answers_.ids(), testing::ElementsAre(1));
  EXPECT_THAT(second.ids(), testing::ElementsAre(2));
}

}  // namespace
}  // namespace playhead::apply
