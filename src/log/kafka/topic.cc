#include "log/kafka/topic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include "log/kafka/client.h"

namespace playhead::log::kafka {
namespace {

constexpr int kReplicas = 3, kInSync = 2;
// librdkafka sends requests of up to 1,000,000 bytes, and a broker measures a topic's largest by the request.
constexpr std::int64_t kLeastMessageBytes = 1'000'000 + 1'000;
constexpr int kAnswerMs = 15'000;

template <auto Function>
struct With {
  template <class T>
  void operator()(T* value) const {
    Function(value);
  }
};
template <class T, auto Function>
using Owned = std::unique_ptr<T, With<Function>>;
using NewTopic = Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using ConfigResource = Owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using AdminOptions = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

using Config = std::map<std::string, std::string, std::less<>>;

struct Shape {
  Partition partitions = 0;
  int replicas = 0;  // of the partition that has the fewest
  int brokers = 0;
};

std::unexpected<Error> unfit(const KafkaOptions& options, const std::string& what) {
  return fail("topic-unfit", fmt::format("The Kafka topic \"{}\" {}", options.topic, what));
}

Handle<rd_kafka_t> make_admin(const KafkaOptions& options) { return ClientConfig(options).make(RD_KAFKA_PRODUCER); }

AdminOptions admin_options(rd_kafka_t* client, rd_kafka_admin_op_t op) {
  AdminOptions options(rd_kafka_AdminOptions_new(client, op));
  std::array<char, 256> why{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kAnswerMs, why.data(), why.size());
  return options;
}

// Shape of the topic; no partitions when there is none.
Result<Shape> shape_of(rd_kafka_t* client, const KafkaOptions& options) {
  const auto topic = make_topic(client, options.topic);
  const rd_kafka_metadata_t* found = nullptr;
  const auto error = rd_kafka_metadata(client, 0, topic.get(), &found, kAnswerMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(unavailable(fmt::format("No Kafka broker answers at {}", options.brokers), error));
  }
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(found);
  Shape shape{.brokers = metadata->broker_cnt};
  if (metadata->topic_cnt == 0 || metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return shape;
  const auto& described = metadata->topics[0];
  shape.partitions = static_cast<Partition>(described.partition_cnt);
  for (int i = 0; i < described.partition_cnt; ++i) {
    const int replicas = described.partitions[i].replica_cnt;
    shape.replicas = i == 0 ? replicas : std::min(shape.replicas, replicas);
  }
  return shape;
}

// The controller has answered; the brokers learn of it a moment later.
Result<bool> wait_until_there(rd_kafka_t* client, const KafkaOptions& options) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAnswerMs);
  while (true) {
    const auto shape = shape_of(client, options);
    if (!shape) return std::unexpected(shape.error());
    if (shape->partitions > 0) return true;
    if (std::chrono::steady_clock::now() > give_up) {
      return fail("log-unavailable",
                  fmt::format("The Kafka topic \"{}\" was made, but no broker knows it.", options.topic));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// What one of the brokers says, whichever was asked.
std::expected<Config, rd_kafka_resp_err_t> ask_for_config(rd_kafka_t* client, const KafkaOptions& options) {
  const ConfigResource topic(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, options.topic.c_str()));
  const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(client));
  const auto asked = admin_options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  auto* resource = topic.get();
  rd_kafka_DescribeConfigs(client, &resource, 1, asked.get(), answers.get());
  const Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), kAnswerMs));
  auto error = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** described = nullptr;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    described =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    error = count == 1 ? rd_kafka_ConfigResource_error(described[0]) : RD_KAFKA_RESP_ERR__FAIL;
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(error);
  const auto** const entries = rd_kafka_ConfigResource_configs(described[0], &count);
  Config config;
  for (std::size_t i = 0; i < count; ++i) {
    const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
    config.emplace(rd_kafka_ConfigEntry_name(entries[i]), value != nullptr ? value : "");
  }
  return config;
}

Result<Config> config_of(rd_kafka_t* client, const KafkaOptions& options) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAnswerMs);
  while (true) {
    auto config = ask_for_config(client, options);
    if (config) return std::move(*config);
    // Of several brokers some learn of a new topic later than others.
    const bool soon = config.error() == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (!soon || std::chrono::steady_clock::now() > give_up) {
      return std::unexpected(unavailable(
          fmt::format("The config of the Kafka topic \"{}\" can't be read", options.topic), config.error()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::string_view text(const Config& config, std::string_view name) {
  const auto found = config.find(name);
  return found != config.end() ? std::string_view(found->second) : std::string_view();
}

std::int64_t number(const Config& config, std::string_view name) {
  const auto value = text(config, name);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

Result<void> check_shape(const KafkaOptions& options, const TopicRules& rules, const Shape& shape) {
  if (shape.partitions == 0) return unfit(options, "does not exist; make it with: playhead schema.");
  if (shape.partitions != options.partitions) {
    return unfit(options,
                 fmt::format("has {} partitions and not {}: users would be looked for in other partitions than "
                             "where their updates are; set the number that it was made with.",
                             shape.partitions, options.partitions));
  }
  if (shape.replicas < kReplicas && !rules.development) {
    return unfit(options, fmt::format("has only {} of the {} replicas that it takes to lose a broker and go on; add "
                                      "brokers and replicas, or accept the risk on a development machine.",
                                      shape.replicas, kReplicas));
  }
  return {};
}

Result<void> check_config(const KafkaOptions& options, const TopicRules& rules, const Config& config) {
  if (text(config, "cleanup.policy") != "delete") {
    return unfit(options,
                 fmt::format("has cleanup.policy={}, which drops updates that were not stored yet; set it to "
                             "delete.",
                             text(config, "cleanup.policy")));
  }
  const auto retention = number(config, "retention.ms");
  if (retention >= 0 && retention < rules.retention.count()) {
    return unfit(options,
                 fmt::format("has retention.ms={}, less than the {} that the database may be away; raise it.",
                             retention, rules.retention.count()));
  }
  if (number(config, "retention.bytes") >= 0) {
    return unfit(options,
                 fmt::format("has retention.bytes={}, which drops updates by size before they are stored; set "
                             "it to -1.",
                             text(config, "retention.bytes")));
  }
  if (text(config, "unclean.leader.election.enable") != "false") {
    return unfit(options,
                 "has unclean.leader.election.enable=true, which lets a replica lead that lacks acknowledged "
                 "updates; set it to false.");
  }
  if (number(config, "max.message.bytes") < kLeastMessageBytes) {
    return unfit(options, fmt::format("has max.message.bytes={}, less than the {} that we send at most; raise it.",
                                      text(config, "max.message.bytes"), kLeastMessageBytes));
  }
  if (number(config, "min.insync.replicas") < kInSync && !rules.development) {
    return unfit(options,
                 fmt::format("has min.insync.replicas={}: one broker could acknowledge alone and be lost; set "
                             "it to {}.",
                             text(config, "min.insync.replicas"), kInSync));
  }
  return {};
}

}  // namespace

Result<bool> create_topic(const KafkaOptions& options, const TopicRules& rules) {
  const auto client = make_admin(options);
  const auto shape = shape_of(client.get(), options);
  if (!shape) return std::unexpected(shape.error());
  if (shape->partitions > 0) return false;
  const int replicas = rules.development ? std::clamp(shape->brokers, 1, kReplicas) : kReplicas;
  std::array<char, 512> why{};
  const NewTopic topic(rd_kafka_NewTopic_new(options.topic.c_str(), static_cast<int>(options.partitions), replicas,
                                             why.data(), why.size()));
  if (!topic) return unfit(options, fmt::format("can't be made: {}.", why.data()));
  const Config config{{"cleanup.policy", "delete"},
                      {"retention.ms", std::to_string(rules.retention.count())},
                      {"retention.bytes", "-1"},
                      {"unclean.leader.election.enable", "false"},
                      {"min.insync.replicas", std::to_string(std::min(kInSync, replicas))}};
  for (const auto& [name, value] : config) rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());

  const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(client.get()));
  const auto asked = admin_options(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_AdminOptions_set_operation_timeout(asked.get(), kAnswerMs, why.data(), why.size());
  auto* wanted = topic.get();
  rd_kafka_CreateTopics(client.get(), &wanted, 1, asked.get(), answers.get());
  const Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), kAnswerMs));
  const auto failed = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(unavailable(fmt::format("The Kafka topic \"{}\" can't be made", options.topic), failed));
  }
  std::size_t count = 0;
  const auto** const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  const auto error = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR__FAIL;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return wait_until_there(client.get(), options);
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
  const char* const reason = count == 1 ? rd_kafka_topic_result_error_string(results[0]) : nullptr;
  return unfit(options, fmt::format("can't be made: {}", reason != nullptr ? reason : rd_kafka_err2str(error)));
}

TopicRules dead_letter_rules(TopicRules rules) {
  constexpr std::chrono::hours kLooked{90 * 24};
  rules.retention = std::max<std::chrono::milliseconds>(rules.retention, kLooked);
  return rules;
}

Result<void> check_topic(const KafkaOptions& options, const TopicRules& rules) {
  const auto client = make_admin(options);
  const auto shape = shape_of(client.get(), options);
  if (!shape) return std::unexpected(shape.error());
  if (auto fit = check_shape(options, rules, *shape); !fit) return fit;
  const auto config = config_of(client.get(), options);
  if (!config) return std::unexpected(config.error());
  return check_config(options, rules, *config);
}

}  // namespace playhead::log::kafka
