#include "app/config.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "app/setting_text.h"
#include "app/settings.h"
#include "model/record.h"

namespace playhead::app {
namespace {

// "playhead.toml:3"
std::string place(const std::string& file, const toml::source_region& region) {
  return file + ":" + std::to_string(region.begin.line);
}

// A scalar as it would be written on the command line.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return {};
}

void apply_table(const toml::table& table, const std::string& prefix, const std::string& file, Config& config) {
  for (const auto& [name, node] : table) {
    const auto key = prefix + std::string(name.str());
    const auto where = place(file, node.source());
    const bool section = std::ranges::any_of(
        settings(), [&](const Setting& setting) { return prefix.empty() && section_of(setting) == key; });
    if (section) {
      if (!node.is_table()) throw UsageError(where + ": " + key + " is a table of settings; expected [" + key + "].");
      apply_table(*node.as_table(), key + ".", file, config);
      continue;
    }
    const auto* const setting = find_setting(key);
    if (setting == nullptr) throw UsageError(where + ": there is no setting " + shown(key) + ".");
    const auto text = scalar_text(node);
    if (!text)
      throw UsageError(where + ": " + key + " is of the wrong type; expected " + expectation(*setting) + ".");
    apply_setting(*setting, *text, where + ": " + key, config);
  }
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  // A folder opens and then fails to be read.
  if (!in || !(text << in.rdbuf())) {
    throw UsageError("The config file " + shown(file.string()) + " can't be read: " + std::strerror(errno) + ".");
  }
  return std::move(text).str();
}

void apply_file(const std::filesystem::path& file, Config& config) {
  const auto name = file.string();
  toml::table table;
  try {
    table = toml::parse(read_file(file), name);
  } catch (const toml::parse_error& error) {
    throw UsageError(place(name, error.source()) + ": not TOML: " + std::string(error.description()) + ".");
  }
  apply_table(table, "", name, config);
}

void check_listen(const Config& config) {
  if (is_loopback(config.listen) || config.insecure_listen) return;
  throw UsageError("Listening on " + format_address(config.listen) +
                   " would let anyone on the network read and change every history, since nothing asks who they are; "
                   "listen on 127.0.0.1, or accept the risk with --insecure-listen.");
}

void check_together(const Config& config) {
  const auto& interval = config.interval;
  if (interval.min > interval.next || interval.next > interval.max) {
    throw UsageError("interval.next is " + format_duration(interval.next.count()) +
                     "; expected it from interval.min (" + format_duration(interval.min.count()) +
                     ") to interval.max (" + format_duration(interval.max.count()) + ").");
  }
  if (config.commit.queue_bytes < config.limits.body_bytes) {
    throw UsageError("commit.queue_bytes is less than limits.body_bytes; a body of that size would never be taken.");
  }
}

void check_record_version(const Config& config) {
  if (config.log.record_version <= model::newest_record_version()) return;
  throw UsageError(fmt::format("log.record_version is {}, and this program writes up to {}.",
                               config.log.record_version, model::newest_record_version()));
}

void check_cluster(const Config& config) {
  const auto& cluster = config.cluster;
  if (cluster.secret_file.empty()) {
    throw UsageError(
        "kafka.brokers makes this a node of a cluster, whose nodes know each other by a secret: name a "
        "file that holds it with cluster.secret_file.");
  }
  if (cluster.catch_up >= cluster.read_timeout) {
    throw UsageError("cluster.catch_up is " + format_duration(cluster.catch_up.count()) +
                     "; expected less than cluster.read_timeout (" + format_duration(cluster.read_timeout.count()) +
                     "), which is how long others wait for the answer.");
  }
}

}  // namespace

Config load_config(const Sources& sources) {
  Config config;
  auto file = sources.file;
  if (file.empty()) file = sources.environment("PLAYHEAD_CONFIG").value_or("");
  if (!file.empty()) apply_file(file, config);
  for (const auto& setting : settings()) {
    const auto name = variable_of(setting);
    if (const auto text = sources.environment(name)) apply_setting(setting, *text, name, config);
  }
  for (const auto& [key, text] : sources.flags) {
    const auto* const setting = find_setting(key);
    if (setting == nullptr) throw UsageError("There is no setting " + shown(key) + ".");
    apply_setting(*setting, text, flag_of(*setting), config);
  }
  check_listen(config);
  check_together(config);
  check_record_version(config);
  if (config.clustered()) check_cluster(config);
  // What isn't known is at least one.
  if (config.threads == 0) config.threads = std::max(1u, std::thread::hardware_concurrency());
  return config;
}

void require_data(const Config& config) {
  if (!config.data.empty()) return;
  throw UsageError("No data folder is given; name one with --data, PLAYHEAD_DATA or data in the config file.");
}

std::vector<std::string> cors_origins(const Config& config) {
  std::vector<std::string> origins;
  std::string_view rest = config.cors.origins;
  while (!rest.empty()) {
    const auto origin = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), origin.size() + 1));
    const auto host = origin.find("://");
    const bool plain = host != origin.npos && host > 0 && host + 3 < origin.size() &&
                       origin.find_first_of("/?#*", host + 3) == origin.npos;
    if (origin != "*" && !plain) {
      throw UsageError("cors.origins: " + shown(std::string(origin)) +
                       " is not what a browser sends; expected such as https://app.example, or * for all.");
    }
    origins.emplace_back(origin);
  }
  return origins;
}

bool is_loopback(const Address& address) {
  in_addr v4;
  if (inet_pton(AF_INET, address.host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, address.host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace playhead::app
