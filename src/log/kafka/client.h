#pragma once

// librdkafka's handles as values that end themselves, and its settings with what all of our handles have in common.

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "log/kafka/kafka_options.h"

namespace playhead::log::kafka {

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_conf_t* config) const { rd_kafka_conf_destroy(config); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
};
template <class T>
using Handle = std::unique_ptr<T, Destroy>;

class ClientConfig {
 public:
  // Brokers, name, logging, and options.properties. Throws StartupError, as set() does, when librdkafka refuses a
  // value; the message has the property's name and not its value, which may be a password.
  explicit ClientConfig(const KafkaOptions& options);
  // Later settings replace earlier ones, and so what holds a promise can't be undone by options.properties.
  ClientConfig& set(const char* name, const std::string& value);
  ClientConfig& set_opaque(void* opaque);
  ClientConfig& on_delivery(void (*callback)(rd_kafka_t*, const rd_kafka_message_t*, void*));
  ClientConfig& on_rebalance(void (*callback)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*,
                                              void*));
  // Once. Starts the handle's threads, which connect by themselves.
  Handle<rd_kafka_t> make(rd_kafka_type_t type);

 private:
  Handle<rd_kafka_conf_t> config_;
};

// Uses the handle's defaults for topics.
Handle<rd_kafka_topic_t> make_topic(rd_kafka_t* client, const std::string& name);

// "log-unavailable": what Kafka or the way to it said, in a sentence about `what`.
Error unavailable(const std::string& what, rd_kafka_resp_err_t error);

// Whether an error in place of a message says that it can't be read back intact.
bool is_damage(rd_kafka_resp_err_t error);

// Kafka counts from 0, the seam from 1.
inline Offset from_kafka(std::int64_t offset) { return static_cast<Offset>(offset + 1); }
inline std::int64_t to_kafka(Offset offset) { return offset == 0 ? 0 : static_cast<std::int64_t>(offset - 1); }

}  // namespace playhead::log::kafka
