#pragma once

// From the config to what Kafka's and Cassandra's clients take.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"
#include "log/kafka/group_options.h"
#include "log/kafka/kafka_options.h"
#include "log/kafka/topic.h"
#include "store/cassandra/options.h"

namespace playhead::app {

// These read the files with passwords: UsageError when they can't be.
log::kafka::KafkaOptions kafka_options(const Config& config);
store::CassandraOptions cassandra_options(const Config& config);

log::kafka::GroupOptions group_options(const Config& config);
log::kafka::TopicRules topic_rules(const Config& config);

// "dc1:3,dc2:3"; nothing when it isn't that.
std::optional<std::map<std::string, int>> parse_replicas(std::string_view text);

}  // namespace playhead::app
