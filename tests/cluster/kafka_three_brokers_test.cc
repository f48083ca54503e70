// Three brokers, three replicas, two in sync for an acknowledgement: the loss of any one takes nothing that was
// acknowledged, and appends go on without it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/kafka_topics.h"
#include "cluster/positions.h"
#include "log/kafka/kafka_log.h"
#include "log/kafka/topic.h"
#include "support/wait.h"

namespace playhead::log {
namespace {

using kafka::KafkaLog;

kafka::KafkaOptions replicated_topic() {
  const auto options = test::fresh_topic(6);
  const auto made = kafka::create_topic(options, {});
  EXPECT_TRUE(made) << made.error().detail;
  return options;
}

TEST(KafkaThreeBrokers, ATopicAsProductionWantsItIsMadeAndFits) {
  const auto options = replicated_topic();
  const auto checked = kafka::check_topic(options, {});
  EXPECT_TRUE(checked) << checked.error().detail;
}

// Each broker in turn, with its data gone stale while it was away.
TEST(KafkaThreeBrokers, AnyOneKilledDuringAppendsLosesNothingAndTheOthersGoOn) {
  KafkaLog log(replicated_topic());
  std::set<std::int64_t> acknowledged;
  std::int64_t first = 0;
  for (const auto* const node : {"node1", "node2", "node3"}) {
    test::AckedLoad load(log, first += 1'000'000);
    test::eventually([&] { return load.acknowledged() > 500; });
    test::servers().kill(node);
    // Every partition has a leader again, without the one that is gone.
    const auto before = load.acknowledged_everywhere();
    test::eventually([&] { return load.acknowledged_everywhere() > before + 3; }, std::chrono::seconds(60));
    test::servers().start(node);
    acknowledged.merge(load.stop());
    const auto there = test::positions_in(log);
    EXPECT_THAT(test::lost(acknowledged, there), testing::IsEmpty()) << node;
  }
}

}  // namespace
}  // namespace playhead::log
