// One broker that dies, is away or hangs: what was acknowledged is there afterwards, appends fail in time with a
// stable error, and the same log object goes on when the broker is back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "cluster/kafka_topics.h"
#include "cluster/positions.h"
#include "log/kafka/kafka_log.h"
#include "support/log_calls.h"
#include "support/updates.h"

namespace playhead::log {
namespace {

using kafka::KafkaLog;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

constexpr auto kNode = "node1";
constexpr milliseconds kAppendTimeout{2'000};
// With what librdkafka's looking takes (kafka_options.h), and a busy machine's scheduling.
constexpr auto kRefusalTakes = kAppendTimeout + seconds(2) + seconds(1);

class KafkaLogFaults : public testing::Test {
 protected:
  KafkaLogFaults() { options_.append_timeout = kAppendTimeout; }
  // Whatever a test does, the next one finds the broker running.
  ~KafkaLogFaults() override {
    test::servers().resume(kNode);
    test::servers().start(kNode);
  }

  Result<Appended> append(std::int64_t position) {
    return append_and_wait(*log_, test::record_of_position(position));
  }
  void expect_refused_within(Steady::duration limit) {
    const auto begin = Steady::now();
    const auto done = append(kNeverAcknowledged);
    const auto took = Steady::now() - begin;
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "log-unavailable") << done.error().detail;
    EXPECT_LT(took, limit);
  }
  void append_until_taken(std::int64_t position) {
    const auto give_up = Steady::now() + seconds(60);
    while (!append(position)) ASSERT_LT(Steady::now(), give_up) << "the log never took a record again";
    acknowledged_.insert(position);
  }
  void expect_nothing_lost() {
    const auto there = test::positions_in(*log_);
    EXPECT_THAT(test::lost(acknowledged_, there), testing::IsEmpty());
  }

  static constexpr std::int64_t kNeverAcknowledged = 1'000'000;
  kafka::KafkaOptions options_ = test::made_topic(6);
  std::unique_ptr<KafkaLog> log_ = std::make_unique<KafkaLog>(options_);
  std::set<std::int64_t> acknowledged_;
};

TEST_F(KafkaLogFaults, KilledDuringAppendsItLosesNothingAcknowledged) {
  for (int round = 0; round < 2; ++round) {
    test::AckedLoad load(*log_, 1'000'000 * round);
    test::eventually([&] { return load.acknowledged() > 2'000; });
    test::servers().kill(kNode);
    test::eventually([&] { return load.refused() > 0; });
    test::servers().start(kNode);
    const auto before = load.acknowledged();
    test::eventually([&] { return load.acknowledged() > before + 500; });
    acknowledged_.merge(load.stop());
    expect_nothing_lost();
  }
}

TEST_F(KafkaLogFaults, AwayItRefusesInTimeAndThenAtOnceAndGoesOnWhenItIsBack) {
  append_until_taken(1);
  test::servers().kill(kNode);
  expect_refused_within(kRefusalTakes);
  expect_refused_within(milliseconds(100));
  const auto begin = Steady::now();
  const auto end = test::wait_for<Result<Offset>>([&](auto done) { log_->end(0, std::move(done)); });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, "log-unavailable");
  EXPECT_LT(Steady::now() - begin, options_.ask_timeout + milliseconds(500));
  test::servers().start(kNode);
  append_until_taken(2);
  append_until_taken(2);  // a retry of what was taken already
  expect_nothing_lost();
}

TEST_F(KafkaLogFaults, ARecordWithoutUpdatesFindsOutThatItIsBack) {
  append_until_taken(1);
  test::servers().kill(kNode);
  expect_refused_within(kRefusalTakes);
  const auto probe = [&] { return append_and_wait(*log_, model::record_header(0)); };
  EXPECT_FALSE(probe());
  test::servers().start(kNode);
  test::eventually([&] { return probe().has_value(); });
  // Every partition was probed, so all take records again at once.
  for (std::int64_t position = 2; position < 40; ++position) {
    const auto done = append_and_wait(*log_, test::record_of_position(position));
    EXPECT_TRUE(done) << done.error().detail;
  }
}

TEST_F(KafkaLogFaults, HangingItRefusesInTimeAndGoesOnWhenItContinues) {
  append_until_taken(1);
  test::servers().pause(kNode);
  expect_refused_within(kRefusalTakes);
  test::servers().resume(kNode);
  append_until_taken(2);
  expect_nothing_lost();
}

TEST_F(KafkaLogFaults, ANodeStartsWhileItIsAwayAndClosesInTime) {
  test::servers().kill(kNode);
  log_ = std::make_unique<KafkaLog>(options_);
  expect_refused_within(kRefusalTakes);
  std::atomic<int> failed{0};
  const auto record = test::record_of_position(5, "bob");
  for (int i = 0; i < 3; ++i) {
    log_->append(record, [&](Result<Appended> done) { failed += done ? 0 : 1; });
  }
  const auto begin = Steady::now();
  log_.reset();
  EXPECT_EQ(failed, 3);
  EXPECT_LT(Steady::now() - begin, seconds(2));
}

}  // namespace
}  // namespace playhead::log
