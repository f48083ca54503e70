#include "cluster/kafka_topics.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "log/kafka/topic.h"

namespace playhead::test {
namespace {

[[maybe_unused]] const bool wanted = want_servers("kafka.py", {"--nodes", std::to_string(KAFKA_BROKERS)});

std::string bootstrap() {
  std::string all;
  for (const auto& address : servers().addresses()) all += (all.empty() ? "" : ",") + address;
  return all;
}

}  // namespace

log::kafka::KafkaOptions fresh_topic(log::Partition partitions) {
  static std::atomic<int> count{0};
  const auto name = "test" + std::to_string(++count);
  return {.brokers = bootstrap(), .topic = name, .partitions = partitions, .group = name, .client_id = name};
}

log::kafka::KafkaOptions made_topic(log::Partition partitions) {
  auto options = fresh_topic(partitions);
  const auto made = log::kafka::create_topic(options, {.development = true});
  EXPECT_TRUE(made && *made) << (made ? "it is there already" : made.error().detail);
  return options;
}

}  // namespace playhead::test
