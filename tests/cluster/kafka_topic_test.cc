// Topics that would lose acknowledged updates are refused at start, each with the sentence that says why.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "cluster/kafka_topics.h"
#include "log/kafka/client.h"
#include "log/kafka/topic.h"
#include "support/wait.h"

namespace playhead::log::kafka {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Config = std::vector<std::pair<std::string, std::string>>;

constexpr TopicRules kDevelopment{.development = true};

// As an operator would, with whatever config; the right one where `config` says nothing else.
KafkaOptions topic_with(const Config& config, int partitions = 4) {
  auto options = test::fresh_topic(4);
  const auto client = ClientConfig(options).make(RD_KAFKA_PRODUCER);
  std::array<char, 256> why{};
  auto* topic = rd_kafka_NewTopic_new(options.topic.c_str(), partitions, 1, why.data(), why.size());
  for (const auto& [name, value] : config) rd_kafka_NewTopic_set_config(topic, name.c_str(), value.c_str());
  const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(client.get()));
  rd_kafka_CreateTopics(client.get(), &topic, 1, nullptr, answers.get());
  const Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), 20'000));
  rd_kafka_NewTopic_destroy(topic);
  EXPECT_TRUE(answer && rd_kafka_event_error(answer.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  // The brokers learn of it a moment after the controller has answered.
  test::eventually([&] {
    const auto checked = check_topic(options, kDevelopment);
    return checked || checked.error().detail.find("does not exist") == std::string::npos;
  });
  return options;
}

std::string refusal(const KafkaOptions& options, const TopicRules& rules = kDevelopment) {
  const auto checked = check_topic(options, rules);
  if (checked) return "it fits";
  EXPECT_EQ(checked.error().code, "topic-unfit") << checked.error().detail;
  EXPECT_THAT(checked.error().detail, HasSubstr(options.topic));
  EXPECT_EQ(checked.error().detail.back(), '.');
  return checked.error().detail;
}

TEST(KafkaTopic, OneThatWasMadeHereFits) {
  const auto options = test::fresh_topic(4);
  EXPECT_THAT(refusal(options), HasSubstr("playhead schema"));
  EXPECT_EQ(create_topic(options, kDevelopment).value(), true);
  EXPECT_EQ(refusal(options), "it fits");
  EXPECT_EQ(create_topic(options, kDevelopment).value(), false);
}

TEST(KafkaTopic, OneReplicaIsForDevelopmentOnly) {
  const auto options = test::made_topic(4);
  EXPECT_THAT(refusal(options, {}), HasSubstr("only 1 of the 3 replicas"));
  EXPECT_EQ(refusal(options), "it fits");
}

TEST(KafkaTopic, OneBrokerIsNotEnoughForANewTopicUnlessInDevelopment) {
  const auto made = create_topic(test::fresh_topic(4), {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "topic-unfit");
  EXPECT_THAT(made.error().detail, HasSubstr("replication factor"));
}

TEST(KafkaTopic, AnotherNumberOfPartitionsIsRefused) {
  EXPECT_THAT(refusal(topic_with({}, 3)), HasSubstr("has 3 partitions and not 4"));
  EXPECT_THAT(refusal(topic_with({}, 5)), HasSubstr("has 5 partitions and not 4"));
}

TEST(KafkaTopic, CompactionIsRefused) {
  EXPECT_THAT(refusal(topic_with({{"cleanup.policy", "compact"}})), HasSubstr("cleanup.policy=compact"));
  EXPECT_THAT(refusal(topic_with({{"cleanup.policy", "compact,delete"}})), HasSubstr("cleanup.policy="));
}

TEST(KafkaTopic, TooShortARetentionIsRefused) {
  EXPECT_THAT(refusal(topic_with({{"retention.ms", "86400000"}})),
              AllOf(HasSubstr("retention.ms=86400000"), HasSubstr("604800000")));
  EXPECT_THAT(refusal(topic_with({{"retention.bytes", "1000000"}})), HasSubstr("retention.bytes=1000000"));
  EXPECT_EQ(refusal(topic_with({{"retention.ms", "-1"}})), "it fits");
  EXPECT_EQ(
      refusal(topic_with({{"retention.ms", "86400000"}}), {.retention = std::chrono::hours(24), .development = true}),
      "it fits");
}

TEST(KafkaTopic, UncleanElectionsAreRefused) {
  EXPECT_THAT(refusal(topic_with({{"unclean.leader.election.enable", "true"}})), HasSubstr("unclean"));
}

TEST(KafkaTopic, MessagesThatAreCutShortAreRefused) {
  EXPECT_THAT(refusal(topic_with({{"max.message.bytes", "100000"}})), HasSubstr("max.message.bytes=100000"));
}

TEST(KafkaTopic, NoBrokerIsNotAnUnfitTopic) {
  auto options = test::fresh_topic(4);
  options.brokers = "127.0.0.1:1";
  const auto checked = check_topic(options, kDevelopment);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "log-unavailable");
  EXPECT_THAT(checked.error().detail, HasSubstr("127.0.0.1:1"));
}

TEST(KafkaTopic, AWrongPropertyIsNamedWithoutItsValue) {
  auto options = test::fresh_topic(4);
  options.properties = {{"sasl.mechanisms", "PLAIN"}, {"security.protocol", "hunter2"}};
  try {
    (void)check_topic(options, kDevelopment);
    FAIL() << "it was taken";
  } catch (const StartupError& error) {
    EXPECT_THAT(std::string(error.what()), AllOf(HasSubstr("security.protocol"), testing::Not(HasSubstr("hunter2"))));
  }
}

}  // namespace
}  // namespace playhead::log::kafka
