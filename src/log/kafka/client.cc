#include "log/kafka/client.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>

namespace playhead::log::kafka {
namespace {

// A broker that is away is told once in a while, not at every attempt to connect.
constexpr std::chrono::seconds kWarnEvery{10};

void write_log(const rd_kafka_t*, int level, const char* facility, const char* text) {
  static std::atomic<std::int64_t> warn_at{0};
  constexpr int kNotice = 5;  // syslog's levels: lower is worse
  if (level < kNotice) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    auto at = warn_at.load();
    if (now.count() >= at && warn_at.compare_exchange_strong(at, (now + kWarnEvery).count())) {
      return spdlog::warn("Kafka client, {}: {}", facility, text);
    }
  }
  spdlog::debug("Kafka client, {}: {}", facility, text);
}

}  // namespace

ClientConfig::ClientConfig(const KafkaOptions& options) : config_(rd_kafka_conf_new()) {
  for (const auto& [name, value] : options.properties) set(name.c_str(), value);
  set("bootstrap.servers", options.brokers);
  set("client.id", options.client_id);
  // A small request behind another one must not wait for the broker's acknowledgement of the first: up to 40 ms.
  set("socket.nagle.disable", "true");
  // Idle connections are closed by brokers, which is no news.
  set("log.connection.close", "false");
  // Back soon after a broker is back: a player may be waiting.
  set("reconnect.backoff.ms", "50");
  set("reconnect.backoff.max.ms", "1000");
  rd_kafka_conf_set_log_cb(config_.get(), write_log);
}

ClientConfig& ClientConfig::set(const char* name, const std::string& value) {
  std::array<char, 512> why{};
  if (rd_kafka_conf_set(config_.get(), name, value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
    throw StartupError(fmt::format("The Kafka client does not take what it was given for {}.", name));
  }
  return *this;
}

ClientConfig& ClientConfig::set_opaque(void* opaque) {
  rd_kafka_conf_set_opaque(config_.get(), opaque);
  return *this;
}

ClientConfig& ClientConfig::on_delivery(void (*callback)(rd_kafka_t*, const rd_kafka_message_t*, void*)) {
  rd_kafka_conf_set_dr_msg_cb(config_.get(), callback);
  return *this;
}

ClientConfig& ClientConfig::on_rebalance(void (*callback)(rd_kafka_t*, rd_kafka_resp_err_t,
                                                          rd_kafka_topic_partition_list_t*, void*)) {
  rd_kafka_conf_set_rebalance_cb(config_.get(), callback);
  return *this;
}

Handle<rd_kafka_t> ClientConfig::make(rd_kafka_type_t type) {
  std::array<char, 512> why{};
  Handle<rd_kafka_t> client(rd_kafka_new(type, config_.get(), why.data(), why.size()));
  if (!client) throw StartupError(fmt::format("The Kafka client can't be started: {}.", why.data()));
  (void)config_.release();  // the client's now
  return client;
}

Handle<rd_kafka_topic_t> make_topic(rd_kafka_t* client, const std::string& name) {
  Handle<rd_kafka_topic_t> topic(rd_kafka_topic_new(client, name.c_str(), nullptr));
  if (!topic) {
    throw StartupError(
        fmt::format("The Kafka topic \"{}\" can't be used: {}.", name, rd_kafka_err2str(rd_kafka_last_error())));
  }
  return topic;
}

Error unavailable(const std::string& what, rd_kafka_resp_err_t error) {
  return {"log-unavailable", fmt::format("{}: {}.", what, rd_kafka_err2str(error))};
}

bool is_damage(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__BAD_MSG || error == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
         error == RD_KAFKA_RESP_ERR_INVALID_MSG;
}

}  // namespace playhead::log::kafka
