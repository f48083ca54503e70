// How the spool gets to the queue: all of it, past refusals, stops and restarts, and beside live updates.

#include "unit/log/spooled_fixture.h"

namespace playhead::log {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class SpoolDrainTest : public SpooledFixture {
 public:
  static constexpr int kSpooled = 30;

  // kSpooled records of their own in the spool, the queue away.
  void fill() {
    queue_.always(Fault::kRefuse);
    for (int position = 1; position <= kSpooled; ++position) expect_local(position);
  }
  void expect_all_in_queue() { EXPECT_EQ(in_queue().size(), static_cast<std::size_t>(kSpooled)); }
  // In the order of their first time.
  static std::vector<std::int64_t> order_in(HeartbeatLog& log) {
    std::vector<std::int64_t> order;
    for (const auto& [offset, record] : read_all(log, 1, log.partition_of("ann"))) {
      const auto update = model::RecordReader(record).next();
      if (update && *update && std::ranges::find(order, *(*update)->position_ms) == order.end()) {
        order.push_back(*(*update)->position_ms);
      }
    }
    return order;
  }
};

TEST_F(SpoolDrainTest, AllOfItComesInOrderAndLeavesNothingBehind) {
  fill();
  queue_.always(Fault::kNone);
  wait_until_drained();
  std::vector<std::int64_t> expected;
  for (int position = 1; position <= kSpooled; ++position) expected.push_back(position);
  EXPECT_EQ(order_in(queue_inner_), expected);
  test::eventually([&] { return log_->status().bytes == 0; });
  EXPECT_EQ(append(100)->durability, Durability::kDisk);
}

TEST_F(SpoolDrainTest, AnInterruptionAtAnyRecordLosesNothing) {
  for (int at = 1; at <= kSpooled; at += 7) {
    for (const auto fault : {Fault::kRefuse, Fault::kTakeAndRefuse}) {
      fill();
      std::atomic<int> sent{0};
      queue_.decide(
          [&](std::string_view record) { return !is_probe(record) && ++sent == at ? fault : Fault::kNone; });
      wait_until_drained();
      EXPECT_GT(sent, kSpooled);
      expect_all_in_queue();
    }
  }
}

TEST_F(SpoolDrainTest, OnlyWhatIsConfirmedLeavesTheDisk) {
  fill();
  queue_.hold(true);
  queue_.always(Fault::kNone);
  test::eventually([&] {
    queue_.answer(1);
    return spool_.usage(kOnlyPartition).first > 10;
  });
  const auto there = in_queue();
  const auto kept = in_spool();
  EXPECT_FALSE(kept.empty());
  for (int position = 1; position <= kSpooled; ++position) {
    EXPECT_TRUE(there.contains(position) || kept.contains(position)) << position;
  }
  queue_.hold(false);
  test::eventually([&] {
    queue_.answer();
    return log_->status().records == 0;
  });
  expect_all_in_queue();
}

TEST_F(SpoolDrainTest, WhatAnswersOutOfARefusalCountsOnlyUpToIt) {
  options_.most_in_flight = 10;
  open();
  fill();
  queue_.hold(true);
  // The third is refused while those behind it are taken.
  queue_.decide(
      [&](std::string_view record) { return record == test::record_of_position(3) ? Fault::kRefuse : Fault::kNone; });
  test::eventually([&] {
    if (log_->status().drained < 2) queue_.answer();
    return log_->status().drained >= 2 && log_->status().away;
  });
  EXPECT_EQ(log_->status().records, static_cast<std::uint64_t>(kSpooled - 2));
  EXPECT_THAT(in_spool(), Contains(3));
  queue_.always(Fault::kNone);
  queue_.hold(false);
  test::eventually([&] {
    queue_.answer();
    return log_->status().records == 0;
  });
  expect_all_in_queue();
}

TEST_F(SpoolDrainTest, ARestartGoesOnWithWhatWasLeft) {
  fill();
  log_.reset();
  open();
  // The queue is still away: nothing but probes goes there, and an update is not kept waiting to learn it.
  EXPECT_TRUE(log_->status().away);
  expect_local(kSpooled + 1);
  EXPECT_EQ(log_->status().records, static_cast<std::uint64_t>(kSpooled + 1));
  queue_.always(Fault::kNone);
  wait_until_drained();
  EXPECT_EQ(in_queue().size(), static_cast<std::size_t>(kSpooled + 1));
}

TEST_F(SpoolDrainTest, ARestartInTheMiddleOfDrainingLosesNothing) {
  for (int answered = 0; answered < kSpooled; answered += 5) {
    fill();
    queue_.hold(true);
    queue_.always(Fault::kNone);
    for (int i = 0; i < answered; ++i) {
      test::eventually([&] { return queue_.answer(1) == 1; });
    }
    test::eventually([&] { return queue_.held() > 0; });
    log_.reset();  // at once, though the queue owes answers
    queue_.hold(false);
    queue_.answer();
    open();
    wait_until_drained();
    expect_all_in_queue();
  }
}

TEST_F(SpoolDrainTest, ASpoolThatCannotBeReadKeepsWhatItHasAndIsTriedAgain) {
  class Unreadable final : public HeartbeatLog {
   public:
    explicit Unreadable(HeartbeatLog& inner) : inner_(inner) {}
    void append(std::string_view record, AppendDone done) override { inner_.append(record, std::move(done)); }
    Result<void> read(Partition partition, Offset from, const Visitor& visit) override {
      if (broken_) return fail("log-corrupt", "Record 1 is damaged.");
      return inner_.read(partition, from, visit);
    }
    void end(Partition partition, EndDone done) override { inner_.end(partition, std::move(done)); }
    Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                         std::int64_t now_ms) override {
      return inner_.release(partition, checkpoint, retention, now_ms);
    }
    LogUsage usage(Partition partition) const override { return inner_.usage(partition); }
    std::atomic<bool> broken_{true};

   private:
    HeartbeatLog& inner_;
  };
  fill();
  log_.reset();
  Unreadable spool(spool_);
  SpooledLog log(queue_, spool, clock_, options_);
  queue_.always(Fault::kNone);
  test::eventually([&] { return log.status().drain.has_value(); });
  EXPECT_EQ(log.status().drain->code, "log-corrupt");
  EXPECT_EQ(log.status().records, static_cast<std::uint64_t>(kSpooled));
  EXPECT_EQ(append_and_wait(log, test::record_of_position(99))->durability, Durability::kDisk);
  spool.broken_ = false;
  test::eventually([&] { return log.status().records == 0; });
  EXPECT_FALSE(log.status().drain);
}

TEST_F(SpoolDrainTest, ARecordThatTheQueueNeverTakesStaysAndIsTold) {
  fill();
  queue_.decide(
      [](std::string_view record) { return record == test::record_of_position(5) ? Fault::kCorrupt : Fault::kNone; });
  test::eventually([&] { return log_->status().drain.has_value(); });
  EXPECT_EQ(append(99)->durability, Durability::kDisk) << "live updates are not held up";
  EXPECT_EQ(log_->status().records, static_cast<std::uint64_t>(kSpooled - 4));
  EXPECT_THAT(in_spool(), Contains(5));
}

TEST_F(SpoolDrainTest, ItKeepsToItsBoundsInFlight) {
  fill();
  queue_.hold(true);
  queue_.always(Fault::kNone);
  test::eventually([&] { return queue_.answer(1) == 1; });  // the probe
  std::size_t most = 0;
  test::eventually([&] {
    // One more when nothing comes after a while: the drainer has filled its window.
    most = std::max(most, queue_.held());
    queue_.answer(1);
    return log_->status().records == 0;
  });
  EXPECT_LE(most, options_.most_in_flight);
  expect_all_in_queue();
}

TEST_F(SpoolDrainTest, LiveUpdatesAndTheSpoolBothGetThrough) {
  // A queue that blocks in append(), as the embedded one does, so that whoever appends has to take turns.
  fill();
  std::atomic<bool> stop{false};
  std::atomic<int> live{0}, drained{0};
  queue_.decide([&](std::string_view record) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (!is_probe(record)) ++(record.find("live") != std::string_view::npos ? live : drained);
    return Fault::kNone;
  });
  const auto record = test::record_of_position(1'000, "live");
  std::jthread player([&] {
    while (!stop) append_and_wait(*log_, record);
  });
  test::eventually([&] { return drained >= kSpooled; });
  // Turn by turn: neither had many more than the other while both wanted.
  EXPECT_LT(live, 10 * kSpooled);
  const auto before = live.load();
  test::eventually([&] { return live > before + 10; });
  stop = true;
  player.join();
  wait_until_drained();
}

TEST_F(SpoolDrainTest, WhatTheStoreDoesNotHaveYetStaysOnTheDisk) {
  hooks_.spooled = [](Offset, std::string_view) {};
  open();
  fill();
  queue_.always(Fault::kNone);
  wait_until_drained();
  EXPECT_EQ(spool_.usage(kOnlyPartition).first, 1u);
  log_->release_spooled(11);
  test::eventually([&] { return spool_.usage(kOnlyPartition).first == 11; });
  log_->release_spooled(5);  // late: nothing comes back
  log_->release_spooled(kSpooled + 1);
  test::eventually([&] { return log_->status().bytes == 0; });
}

TEST_F(SpoolDrainTest, WhatTheStoreHasStaysUntilTheQueueHasIt) {
  hooks_.spooled = [](Offset, std::string_view) {};
  open();
  fill();
  log_->release_spooled(kSpooled + 1);
  // Several probes, and as many looks at what may go.
  const auto before = queue_.appends();
  test::eventually([&] { return queue_.appends() > before + 5; });
  EXPECT_EQ(spool_.usage(kOnlyPartition).first, 1u);
  queue_.always(Fault::kNone);
  test::eventually([&] { return log_->status().bytes == 0; });
  expect_all_in_queue();
}

}  // namespace
}  // namespace playhead::log
