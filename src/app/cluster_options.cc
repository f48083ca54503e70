#include "app/cluster_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <ranges>
#include <sstream>
#include <vector>

#include "app/cluster_backends.h"
#include "app/options.h"
#include "app/setting_text.h"

namespace playhead::app {
namespace {

constexpr std::string_view kSaslMechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(text, at)) parts.emplace_back(part.begin(), part.end());
  return parts;
}

}  // namespace

log::Node this_node(const Config& config) {
  const auto& cluster = config.cluster;
  const auto address = cluster.advertise.empty() ? format_address(cluster.link) : cluster.advertise;
  return {.name = cluster.node.empty() ? address : cluster.node, .address = address, .region = cluster.region};
}

log::kafka::KafkaOptions kafka_options(const Config& config) {
  const auto& kafka = config.kafka;
  log::kafka::KafkaOptions options{.brokers = kafka.brokers,
                                   .topic = kafka.topic,
                                   .partitions = static_cast<log::Partition>(kafka.partitions),
                                   .group = kafka.group,
                                   .client_id = "playhead-" + this_node(config).name,
                                   .append_timeout = kafka.append_timeout};
  const bool logs_in = !kafka.user.empty();
  auto& properties = options.properties;
  if (kafka.tls || logs_in) {
    properties.emplace_back("security.protocol",
                            fmt::format("{}{}", logs_in ? "sasl_" : "", kafka.tls ? "ssl" : "plaintext"));
  }
  const auto add_file = [&properties](const char* name, const std::filesystem::path& path) {
    if (!path.empty()) properties.emplace_back(name, path.string());
  };
  add_file("ssl.ca.location", kafka.ca_file);
  add_file("ssl.certificate.location", kafka.cert_file);
  add_file("ssl.key.location", kafka.key_file);
  if (logs_in) {
    properties.emplace_back("sasl.mechanisms", kSaslMechanisms[kafka.sasl_mechanism]);
    properties.emplace_back("sasl.username", kafka.user);
    properties.emplace_back("sasl.password", read_secret(kafka.password_file, "kafka.password_file"));
  }
  return options;
}

store::CassandraOptions cassandra_options(const Config& config) {
  const auto& cassandra = config.cassandra;
  store::CassandraOptions options{.contact_points = split(cassandra.contact_points, ','),
                                  .local_datacenter = cassandra.datacenter,
                                  .keyspace = cassandra.keyspace,
                                  .consistency = cassandra.consistency,
                                  .user = cassandra.user,
                                  .ordering = config.rules.ordering,
                                  .request_timeout = cassandra.request_timeout,
                                  .writes_in_flight = cassandra.writes_in_flight,
                                  .commit_lag = cassandra.commit_lag};
  options.facts = {{"partitions", std::to_string(config.kafka.partitions)}, {"partitioner", "murmur2"}};
  options.tls = {.enabled = cassandra.tls,
                 .ca_file = cassandra.ca_file.string(),
                 .cert_file = cassandra.cert_file.string(),
                 .key_file = cassandra.key_file.string()};
  if (!cassandra.user.empty()) options.password = read_secret(cassandra.password_file, "cassandra.password_file");
  return options;
}

log::kafka::GroupOptions group_options(const Config& config) {
  log::kafka::GroupOptions options{.session_timeout = config.kafka.session_timeout};
  options.handler_timeout = std::max(options.handler_timeout, options.session_timeout);
  options.presence_window = presence_options(config).silence;
  return options;
}

log::kafka::TopicRules topic_rules(const Config& config) {
  return {.retention = config.kafka.retention, .development = config.cluster.development};
}

std::optional<std::map<std::string, int>> parse_replicas(std::string_view text) {
  std::map<std::string, int> replicas;
  for (const auto& part : split(text, ',')) {
    const auto colon = part.find(':');
    int count = 0;
    const auto* const end = part.data() + part.size();
    if (colon == part.npos || colon == 0) return std::nullopt;
    const auto [stopped, error] = std::from_chars(part.data() + colon + 1, end, count);
    if (error != std::errc{} || stopped != end || count < 1) return std::nullopt;
    replicas[part.substr(0, colon)] = count;
  }
  return replicas;
}

}  // namespace playhead::app
