#pragma once

// Everything that can be set, typed. settings.h says how each is called, bounded and written; this is what the wiring
// reads. Filled once at start and constant from then on.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cluster_config.h"
#include "base/error.h"
#include "model/stamping.h"

namespace playhead::app {

// A mistake of whoever started the program: one line on stderr, and exit status 2.
class UsageError : public StartupError {
 public:
  using StartupError::StartupError;
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct Config {
  Address listen;
  bool insecure_listen = false;
  std::filesystem::path data;
  unsigned threads = 0;  // after load_config() never 0
  LogLevel log_level = LogLevel::kInfo;
  std::filesystem::path web_root;  // empty: no pages
  bool console = true;
  bool noop_route = false;

  // Ordering and thresholds.
  model::StampRules rules;

  struct Limits {
    std::uint64_t body_bytes = std::uint64_t{1} << 20;
    std::uint64_t batch = 1'000;
    std::uint64_t id_bytes = 256;
    std::uint64_t items_per_user = 20'000;
    std::uint64_t connections = 20'000;  // of all threads together
    std::uint64_t pipelining = 64;
    std::uint64_t header_bytes = 16 * 1024;
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds idle_timeout{75'000};
  } limits;

  struct Commit {
    std::uint64_t queue_bytes = std::uint64_t{64} << 20;
  } commit;

  struct Apply {
    std::chrono::milliseconds flush_interval{60'000};
    std::uint64_t view_bytes = std::uint64_t{512} << 20;
  } apply;

  struct Log {
    std::uint64_t retention_bytes = std::uint64_t{1} << 30;
    std::chrono::milliseconds retention_age{std::chrono::hours(24)};
    bool begin_anew = false;
    std::uint64_t record_version = 0;  // 0: the newest that this program knows
  } log;

  struct Store {
    std::uint64_t block_cache_bytes = std::uint64_t{256} << 20;
    std::uint64_t wide_user_bytes = std::uint64_t{64} << 20;
  } store;

  struct Interval {
    std::chrono::milliseconds next{10'000};
    std::chrono::milliseconds min{1'000};
    std::chrono::milliseconds max{60'000};
  } interval;

  struct Push {
    std::uint64_t connections = 200'000;
    std::uint64_t users_per_socket = 1'000;
    std::uint64_t followers_per_user = 100;
    std::uint64_t buffer_bytes = std::uint64_t{512} << 10;
  } push;

  struct Cors {
    std::string origins;  // with commas between; empty: none
    std::chrono::milliseconds max_age{std::chrono::hours(2)};
  } cors;

  struct Presence {
    std::uint64_t max_sessions = 1'000'000;
  } presence;

  // A node among others; all of this counts only when kafka.brokers is given.
  ClusterConfig cluster;
  KafkaConfig kafka;
  CassandraConfig cassandra;

  // Whether this is a node of a cluster; else it is the embedded program.
  bool clustered() const { return !kafka.brokers.empty(); }
};

// Where settings come from; the first that names one wins: flags, environment, file, default.
struct Sources {
  // Setting key ("limits.batch") and text.
  std::span<const std::pair<std::string, std::string>> flags;
  // What the environment has under a name, nothing when it is not set. std::getenv in the program.
  std::function<std::optional<std::string>(const std::string&)> environment;
  // A TOML file; empty: the environment's PLAYHEAD_CONFIG, if any.
  std::filesystem::path file;
};

// Checks every value and how they go together. Throws UsageError with one line that names the source of the mistake.
// Whether `data` is there is not checked: not every command needs it.
Config load_config(const Sources& sources);

// Throws UsageError unless a data folder was given.
void require_data(const Config& config);

// Of cors.origins, each as a browser sends it. Throws UsageError for one that no browser would send.
std::vector<std::string> cors_origins(const Config& config);

// True for 127.0.0.0/8 and ::1: only programs on this machine can connect.
bool is_loopback(const Address& address);

}  // namespace playhead::app
