// The Kafka log passes the suite of its seam against a real broker, and what goes beyond the suite: two processes on
// one topic, checkpoints, keys.

#include <memory>

#include "cluster/kafka_topics.h"
#include "contract/heartbeat_log_contract.h"
#include "log/kafka/kafka_log.h"
#include "log/partitioner.h"

namespace playhead::log {
namespace {

using kafka::KafkaLog;

struct KafkaBackend {
  static constexpr bool kDurable = true;
  static constexpr bool kTrimsToEmpty = false;
  static constexpr bool kCountsBytes = false;
  static constexpr bool kMaySwap = true;
  HeartbeatLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = std::make_unique<KafkaLog>(options_);
  }

  const kafka::KafkaOptions options_ = test::made_topic(6);
  std::unique_ptr<KafkaLog> log_ = std::make_unique<KafkaLog>(options_);
};

class KafkaLogTest : public testing::Test {
 protected:
  void append(KafkaLog& log, std::string_view user, std::int64_t position = 1) {
    const auto done = append_and_wait(log, test::record_of({test::position(user, "12", 1'000, position)}));
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->durability, Durability::kReplicated);
  }

  const kafka::KafkaOptions options_ = test::made_topic(6);
  KafkaLog log_{options_};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Kafka, HeartbeatLogContract, KafkaBackend);

TEST_F(KafkaLogTest, TheEndHasWhatAnotherNodeWasToldIsSafe) {
  KafkaLog other(options_);
  const auto partition = log_.partition_of("ann");
  for (Offset i = 1; i <= 100; ++i) {
    append(other, "ann");
    ASSERT_EQ(end_of(log_, partition), i + 1);
  }
}

TEST_F(KafkaLogTest, ReadersShareTheirQuestions) {
  append(log_, "ann");
  std::atomic<int> answered{0};
  constexpr int kAsked = 20'000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kAsked; ++i) {
    log_.end(static_cast<Partition>(i) % 6, [&](Result<Offset> end) { answered += end ? 1 : 0; });
  }
  test::eventually([&] { return answered == kAsked; });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(KafkaLogTest, ACheckpointIsFoundByWhoeverComesNext) {
  const auto partition = log_.partition_of("ann");
  EXPECT_EQ(log_.committed(partition).value(), 1u);
  for (int i = 0; i < 3; ++i) append(log_, "ann");
  for (const Offset checkpoint : {2u, 4u}) {
    const auto released = log_.release(partition, checkpoint, kKeepNothing, kFuture);
    ASSERT_TRUE(released) << released.error().detail;
    KafkaLog next(options_);
    EXPECT_EQ(next.committed(partition).value(), checkpoint);
    EXPECT_EQ(next.committed((partition + 1) % 6).value(), 1u);
  }
  auto other_group = options_;
  other_group.group += "-other";
  EXPECT_EQ(KafkaLog(other_group).committed(partition).value(), 1u);
}

TEST_F(KafkaLogTest, OnesUpdatesAreOneMessage) {
  std::string record = model::record_header(0);
  for (int i = 0; i < 1'000; ++i) model::append_update(record, test::position("ann", "12", 1'000, i));
  ASSERT_TRUE(append_and_wait(log_, record));
  EXPECT_EQ(read_all(log_, 1, log_.partition_of("ann")), (std::vector<Record>{{1, record}}));
}

TEST_F(KafkaLogTest, UsersAreWhereOtherProducersPutThem) {
  for (const auto* const user : {"12345", "ann", "a user whose name is long", "ü"}) {
    EXPECT_EQ(static_cast<std::int32_t>(log_.partition_of(user)),
              rd_kafka_msg_partitioner_murmur2(nullptr, user, std::strlen(user), 6, nullptr, nullptr))
        << user;
  }
}

TEST_F(KafkaLogTest, WhatIsNotARecordIsRefusedAndTheNextIsTaken) {
  const auto refused = append_and_wait(log_, "no record");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "record-corrupt");
  append(log_, "ann");
}

}  // namespace playhead::log
