#pragma once

// What has to be known to use a Kafka topic as the queue. Filled by src/app; everything that holds a promise (acks,
// retries, offsets) is set by the code and can't be given here.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "log/heartbeat_log.h"

namespace playhead::log::kafka {

struct KafkaOptions {
  std::string brokers;  // "host:port", several separated by commas: whoever answers names the others
  std::string topic = "playhead.progress";
  // Of the topic, and fixed with it: a user's partition follows from this number.
  Partition partitions = 48;
  std::string group = "playhead";      // consumer group that keeps the checkpoints
  std::string client_id = "playhead";  // how this node is called in the brokers' logs and in the group
  // librdkafka's properties for TLS and credentials ("security.protocol", "sasl.username", …).
  std::vector<std::pair<std::string, std::string>> properties;

  // A record that Kafka has not taken by then has failed. Short, since a player waits: what comes next is the spool.
  // librdkafka looks for what is too old once a second, first on its way and then in its queue, so append() may take
  // up to 2 s longer to say so.
  std::chrono::milliseconds append_timeout{3'000};
  // After a failure a partition is tried again this often; in between its records fail at once.
  std::chrono::milliseconds retry_every{500};
  // Longest wait for an answer about offsets.
  std::chrono::milliseconds ask_timeout{1'000};
  // A reader gives up when nothing comes for so long: longer than the brokers take to choose a new leader.
  std::chrono::milliseconds read_timeout{30'000};
};

}  // namespace playhead::log::kafka
