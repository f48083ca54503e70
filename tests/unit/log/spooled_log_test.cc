// What an append is answered, with the queue, the spool or both failing at each step.

#include "unit/log/spooled_fixture.h"

namespace playhead::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using SpooledLogTest = SpooledFixture;

TEST_F(SpooledLogTest, WhileTheQueueTakesEverythingTheSpoolStaysEmpty) {
  const auto done = append(1);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->durability, Durability::kDisk) << "as the queue says";
  EXPECT_THAT(in_queue(), ElementsAre(1));
  EXPECT_EQ(spool_.appends(), 0u);
  const auto status = log_->status();
  EXPECT_FALSE(status.away);
  EXPECT_EQ(status.since_ms, 0);
  EXPECT_EQ(status.oldest_ms, 0);
  EXPECT_FALSE(status.full());
}

TEST_F(SpooledLogTest, WhatTheQueueRefusesIsInTheSpoolBeforeItIsAnswered) {
  queue_.always(Fault::kRefuse);
  spool_.hold(true);
  start_append(1);
  test::eventually([&] { return spool_.held() == 1; });
  EXPECT_THAT(answers(), IsEmpty());
  spool_.answer();
  wait_for_answers(1);
  EXPECT_EQ(answers()[0].outcome->durability, Durability::kLocal);
  EXPECT_THAT(in_spool(), ElementsAre(1));
  EXPECT_THAT(in_queue(), IsEmpty());
}

TEST_F(SpooledLogTest, TheSpoolsDiskHoldsUpNeitherTheQueuesThreadNorTheAppending) {
  queue_.hold(true);
  queue_.always(Fault::kRefuse);
  spool_.hold(true);
  start_append(1);
  start_append(2);
  queue_.answer();  // returns although the spool does not
  queue_.hold(false);
  start_append(3);
  EXPECT_THAT(answers(), IsEmpty());
  test::eventually([&] {
    spool_.answer();
    return answers().size() == 3;
  });
  for (const auto& answer : answers()) EXPECT_TRUE(answer.outcome);
}

TEST_F(SpooledLogTest, AnswersComeInTheOrderOfTheAppendsWhicheverWayTheyWent) {
  for (int failing = 1; failing <= 5; ++failing) {
    queue_.hold(true);
    queue_.decide([&](std::string_view record) {
      return record == test::record_of_position(failing) ? Fault::kRefuse : Fault::kNone;
    });
    for (int position = 1; position <= 5; ++position) start_append(position);
    queue_.hold(false);
    queue_.answer();
    start_append(6);
    wait_for_answers(6);
    EXPECT_THAT(answered(), ElementsAre(1, 2, 3, 4, 5, 6)) << failing;
    for (const auto& answer : answers()) EXPECT_TRUE(answer.outcome);
    EXPECT_EQ(answers()[static_cast<std::size_t>(failing - 1)].outcome->durability, Durability::kLocal);
    EXPECT_TRUE(answers()[0].outcome->durability == Durability::kDisk || failing == 1);
    queue_.always(Fault::kNone);
    wait_until_drained();
    EXPECT_THAT(in_queue(), ElementsAre(1, 2, 3, 4, 5, 6));
    answers_.clear();
  }
}

TEST_F(SpooledLogTest, WhileItIsAwayNoUpdateWaitsForTheQueue) {
  std::atomic<int> tried{0};
  queue_.decide([&](std::string_view record) {
    if (!is_probe(record)) ++tried;
    return Fault::kRefuse;
  });
  for (int position = 1; position <= 50; ++position) expect_local(position);
  EXPECT_EQ(tried, 1);
  // Nor for a probe that hangs: one is on its way, and that is all.
  queue_.hold(true);
  test::eventually([&] { return queue_.held() == 1; });
  for (int position = 51; position <= 100; ++position) expect_local(position);
  EXPECT_EQ(queue_.held(), 1u);
}

TEST_F(SpooledLogTest, WhatWaitsForTheSpoolSharesOneWrite) {
  queue_.always(Fault::kRefuse);
  spool_.hold(true);
  start_append(1);
  test::eventually([&] { return spool_.held() == 1; });
  for (int position = 2; position <= 40; ++position) start_append(position);
  spool_.hold(false);
  spool_.answer();
  wait_for_answers(40);
  EXPECT_EQ(spool_.appends(), 2u);
  EXPECT_EQ(in_spool().size(), 40u);
  queue_.always(Fault::kNone);
  wait_until_drained();
  EXPECT_EQ(in_queue().size(), 40u);
}

TEST_F(SpooledLogTest, WhatIsTooMuchForOneRecordBecomesSeveral) {
  options_.most_combined = 5 * test::record_of_position(1).size();
  open();
  queue_.always(Fault::kRefuse);
  spool_.hold(true);
  start_append(1);
  test::eventually([&] { return spool_.held() == 1; });
  for (int position = 2; position <= 40; ++position) start_append(position);
  spool_.hold(false);
  spool_.answer();
  wait_for_answers(40);
  EXPECT_EQ(in_spool().size(), 40u);
  for (const auto& [offset, record] : read_all(spool_inner_, 1)) EXPECT_LE(record.size(), options_.most_combined);
}

TEST_F(SpooledLogTest, ARecordThatIsNotOursStaysAsItIs) {
  queue_.always(Fault::kRefuse);
  ASSERT_TRUE(append_and_wait(*log_, "anything"));
  EXPECT_EQ(read_all(spool_inner_, 1), (std::vector<Record>{{1, "anything"}}));
}

TEST_F(SpooledLogTest, OnlyAnAbsentQueueIsStoodInFor) {
  queue_.always(Fault::kCorrupt);
  expect_refused(1, "record-corrupt");
  queue_.always(Fault::kFull);
  expect_refused(2, "log-full");
  EXPECT_EQ(spool_.appends(), 0u);
  EXPECT_FALSE(log_->status().away);
}

TEST_F(SpooledLogTest, WithBothAwayItRefusesAndGoesOnWithWhicheverComesFirst) {
  queue_.always(Fault::kRefuse);
  spool_.always(Fault::kRefuse);
  expect_refused(1, "log-unavailable");
  spool_.always(Fault::kFull);
  expect_refused(2, "log-full");
  EXPECT_EQ(log_->status().spool->code, "log-full");
  spool_.always(Fault::kNone);
  expect_local(3);
  EXPECT_FALSE(log_->status().spool);
  spool_.always(Fault::kRefuse);
  expect_refused(4, "log-unavailable");
  queue_.always(Fault::kNone);
  wait_until_drained();
  EXPECT_EQ(append(5)->durability, Durability::kDisk);
  EXPECT_THAT(in_queue(), ElementsAre(3, 5));
}

TEST_F(SpooledLogTest, AFailureInTheMiddleOfManyIsThatOfItsOwnRecords) {
  queue_.always(Fault::kRefuse);
  options_.most_combined = 1;  // each its own
  open();
  int calls = 0;
  spool_.decide([&](auto) { return ++calls % 3 == 0 ? Fault::kRefuse : Fault::kNone; });
  for (int position = 1; position <= 9; ++position) start_append(position);
  wait_for_answers(9);
  std::vector<bool> taken;
  for (const auto& answer : answers()) taken.push_back(answer.outcome.has_value());
  EXPECT_THAT(taken, ElementsAre(true, true, false, true, true, false, true, true, false));
  EXPECT_THAT(in_spool(), ElementsAre(1, 2, 4, 5, 7, 8));
}

TEST_F(SpooledLogTest, AFullSpoolRefusesAndTakesAgainWhenItIsDrained) {
  options_.max_bytes = 3 * test::record_of_position(1).size();
  open();
  queue_.always(Fault::kRefuse);
  for (int position = 1; position <= 3; ++position) expect_local(position);
  expect_refused(4, "log-full");
  EXPECT_TRUE(log_->status().full());
  // As the committer asks without traffic.
  const auto probe = append_and_wait(*log_, model::record_header(0));
  ASSERT_FALSE(probe);
  EXPECT_EQ(probe.error().code, "log-full");
  queue_.always(Fault::kNone);
  test::eventually([&] { return log_->status().bytes == 0; });
  queue_.always(Fault::kRefuse);
  expect_local(5);
}

TEST_F(SpooledLogTest, ARecordWithoutUpdatesSaysWhetherTheSpoolTakesAnything) {
  queue_.always(Fault::kRefuse);
  spool_.always(Fault::kRefuse);
  EXPECT_FALSE(append_and_wait(*log_, model::record_header(0)));
  spool_.always(Fault::kNone);
  EXPECT_TRUE(append_and_wait(*log_, model::record_header(0)));
}

TEST_F(SpooledLogTest, TheStatusSaysWhatIsHeldAndSinceWhen) {
  const auto before = clock_.now_ms();
  queue_.always(Fault::kRefuse);
  std::string first = test::record_of_position(1);
  model::set_record_time(first, 1'234);
  ASSERT_TRUE(append_and_wait(*log_, first));
  expect_local(2);
  const auto status = log_->status();
  EXPECT_TRUE(status.away);
  EXPECT_GE(status.since_ms, before);
  EXPECT_EQ(status.records, 2u);
  EXPECT_EQ(status.bytes, first.size() + records_.back().size());
  EXPECT_EQ(status.oldest_ms, 1'234);
  EXPECT_EQ(status.spooled, 2u);
  EXPECT_EQ(status.queue->code, "log-unavailable");
  queue_.always(Fault::kNone);
  wait_until_drained();
  const auto after = log_->status();
  EXPECT_EQ(after.since_ms, 0);
  EXPECT_EQ(after.oldest_ms, 0);
  EXPECT_EQ(after.drained, 2u);
  EXPECT_FALSE(after.queue);
}

TEST_F(SpooledLogTest, AHookSeesEachRecordInOrderBeforeItsAnswer) {
  std::vector<Offset> offsets;
  std::set<std::int64_t> seen;
  hooks_.spooled = [&](Offset offset, std::string_view record) {
    offsets.push_back(offset);
    model::RecordReader reader(record);
    for (auto update = reader.next(); update && *update; update = reader.next()) {
      const auto position = (*update)->position_ms.value();
      EXPECT_THAT(answered(), testing::Not(testing::Contains(position)));
      EXPECT_TRUE(in_spool().contains(position));
      seen.insert(position);
    }
  };
  open();
  queue_.always(Fault::kRefuse);
  for (int position = 1; position <= 30; ++position) start_append(position);
  wait_for_answers(30);
  EXPECT_EQ(seen.size(), 30u);
  EXPECT_TRUE(std::ranges::is_sorted(offsets));
}

TEST_F(SpooledLogTest, WithoutRoomForWhatItShowsItRefuses) {
  std::atomic<bool> room{false};
  hooks_.room = [&]() -> Result<void> {
    return room ? Result<void>() : fail("log-full", "The database is away too.");
  };
  open();
  queue_.always(Fault::kRefuse);
  expect_refused(1, "log-full");
  EXPECT_EQ(spool_.appends(), 0u);
  room = true;
  expect_local(2);
}

TEST_F(SpooledLogTest, StoppingAnswersWhatIsOnItsWay) {
  queue_.always(Fault::kRefuse);
  spool_.hold(true);
  for (int position = 1; position <= 10; ++position) start_append(position);
  std::jthread disk([&] {
    test::eventually([&] {
      spool_.answer();
      return unanswered_ == 0;
    });
  });
  log_.reset();
  EXPECT_EQ(answers().size(), 10u);
  EXPECT_EQ(in_spool().size(), 10u);
}

}  // namespace
}  // namespace playhead::log
