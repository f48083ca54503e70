#pragma once

// Topics on the real Kafka brokers of this program; KAFKA_BROKERS says how many it has.

#include "cluster/real_servers.h"
#include "log/kafka/kafka_options.h"

namespace playhead::test {

// Options for a topic that no other test has, and for a group of its own. The topic is not there yet.
log::kafka::KafkaOptions fresh_topic(log::Partition partitions);

// The same, with the topic made.
log::kafka::KafkaOptions made_topic(log::Partition partitions);

}  // namespace playhead::test
