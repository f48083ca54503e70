// The settings themselves; settings.cc is what can be done with them.

#include <algorithm>
#include <chrono>
#include <iterator>
#include <type_traits>

#include "app/setting_text.h"
#include "app/settings.h"

namespace playhead::app {
namespace {

using model::StampRules;
using model::Thresholds;
using std::chrono::milliseconds;

template <class T>
std::int64_t to_number(const T& value) {
  if constexpr (std::is_same_v<T, milliseconds>) {
    return value.count();
  } else {
    return static_cast<std::int64_t>(value);
  }
}

// `Member`: pointers to members, from Config inwards.
template <auto... Member>
constexpr Setting number(std::string_view key, Kind kind, std::int64_t min, std::int64_t max, std::string_view help) {
  return {.key = key,
          .kind = kind,
          .min = min,
          .max = max,
          .help = help,
          .number = [](const Config& config) { return to_number((config.*....*Member)); },
          .set_number =
              [](Config& config, std::int64_t value) {
                auto& member = (config.*....*Member);
                member = static_cast<std::remove_reference_t<decltype(member)>>(value);
              }};
}

template <auto... Member>
constexpr Setting choice(std::string_view key, std::span<const std::string_view> choices, std::string_view help) {
  auto setting = number<Member...>(key, Kind::kChoice, 0, 0, help);
  setting.choices = choices;
  return setting;
}

template <auto... Member>
constexpr Setting path(std::string_view key, std::string_view help) {
  return {.key = key,
          .kind = Kind::kPath,
          .help = help,
          .text = [](const Config& config) { return (config.*....*Member).string(); },
          .set_text =
              [](Config& config, std::string_view text) {
                (config.*....*Member) = text;
                return !text.empty();
              }};
}

template <auto... Member>
constexpr Setting text(std::string_view key, std::string_view help) {
  return {.key = key,
          .kind = Kind::kText,
          .help = help,
          .text = [](const Config& config) { return (config.*....*Member); },
          .set_text =
              [](Config& config, std::string_view text) {
                (config.*....*Member) = text;
                return !text.empty() && text.size() <= 1024 &&
                       std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7F; });
              }};
}

template <auto... Member>
constexpr Setting address(std::string_view key, std::string_view help) {
  return {.key = key,
          .kind = Kind::kAddress,
          .help = help,
          .text = [](const Config& config) { return format_address((config.*....*Member)); },
          .set_text =
              [](Config& config, std::string_view text) {
                const auto address = parse_address(text);
                if (address) (config.*....*Member) = *address;
                return address.has_value();
              }};
}

constexpr Setting hidden(Setting setting) {
  setting.hidden = true;
  return setting;
}

constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;
constexpr std::int64_t kTiB = kGiB * 1024;
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600 * kSecond;
constexpr std::int64_t kYear = 365 * 24 * kHour;

constexpr std::string_view kOrderings[] = {"timestamp", "counter"};
constexpr std::string_view kSaslMechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};

constexpr Setting kSettings[] = {
    address<&Config::listen>("listen", "Where to take connections. Port 0 is any free one."),
    number<&Config::insecure_listen>(
        "insecure_listen", Kind::kFlag, 0, 1,
        "Allow an address that others can reach, though anyone there may then read and change every history."),
    path<&Config::data>("data", "Folder of the embedded log and store; made when it is not there."),
    number<&Config::threads>("threads", Kind::kCount, 0, 1024,
                             "Threads that serve connections; 0 is one for each core."),
    choice<&Config::rules, &StampRules::ordering>("ordering", kOrderings,
                                                  "What decides between two updates: their corrected time, or a "
                                                  "counter for fleets whose clocks can't be trusted. "
                                                  "Fixed for a data folder."),
    choice<&Config::log_level>("log_level", kLevels, "The least that is logged."),
    path<&Config::web_root>("web_root", "Folder with the demo page; none is served when it is not given."),
    number<&Config::console>("console", Kind::kFlag, 0, 1, "Serve /console, the operator's page of live charts."),
    hidden(number<&Config::noop_route>("noop_route", Kind::kFlag, 0, 1,
                                       "Add a POST route that does nothing, for benchmarks.")),

    number<&Config::limits, &Config::Limits::body_bytes>("limits.body_bytes", Kind::kBytes, kKiB, kGiB,
                                                         "Largest request body."),
    number<&Config::limits, &Config::Limits::batch>("limits.batch", Kind::kCount, 1, 100'000,
                                                    "Most updates in one request."),
    number<&Config::limits, &Config::Limits::id_bytes>("limits.id_bytes", Kind::kBytes, 16, kKiB,
                                                       "Longest id, in UTF-8."),
    number<&Config::limits, &Config::Limits::items_per_user>(
        "limits.items_per_user", Kind::kCount, 1, 1'000'000,
        "Most items kept for a user; the oldest make room for new ones."),
    number<&Config::limits, &Config::Limits::connections>("limits.connections", Kind::kCount, 1, 10'000'000,
                                                          "Most open connections, of all threads together."),
    number<&Config::limits, &Config::Limits::pipelining>(
        "limits.pipelining", Kind::kCount, 1, 10'000, "Most requests of one connection that wait for their answers."),
    number<&Config::limits, &Config::Limits::header_bytes>("limits.header_bytes", Kind::kBytes, kKiB, kMiB,
                                                           "Largest request head."),
    number<&Config::limits, &Config::Limits::header_timeout>(
        "limits.header_timeout", Kind::kDuration, 10, kHour,
        "Longest time that a request's head may take to arrive."),
    number<&Config::limits, &Config::Limits::body_timeout>("limits.body_timeout", Kind::kDuration, 10, kHour,
                                                           "Longest time that a request's body may take to arrive."),
    number<&Config::limits, &Config::Limits::idle_timeout>(
        "limits.idle_timeout", Kind::kDuration, 10, 24 * kHour,
        "How long a connection without a request stays open; longer than the players' interval, so that they keep "
        "theirs."),

    number<&Config::commit, &Config::Commit::queue_bytes>(
        "commit.queue_bytes", Kind::kBytes, kMiB, kTiB,
        "Most memory for updates that wait to become durable; beyond it requests are refused with 429."),
    number<&Config::apply, &Config::Apply::flush_interval>(
        "apply.flush_interval", Kind::kDuration, 10, kHour,
        "How long updates of something that plays are gathered before they are written to the store."),
    number<&Config::apply, &Config::Apply::view_bytes>("apply.view_bytes", Kind::kBytes, kMiB, kTiB,
                                                       "Most memory for what the store does not have yet."),
    number<&Config::log, &Config::Log::retention_bytes>("log.retention_bytes", Kind::kBytes, kMiB, kTiB,
                                                        "How much of the log is kept behind the checkpoint."),
    number<&Config::log, &Config::Log::retention_age>(
        "log.retention_age", Kind::kDuration, kSecond, kYear,
        "How long the log is kept behind the checkpoint; what was erased is gone from the disk after this."),
    number<&Config::log, &Config::Log::record_version>("log.record_version", Kind::kCount, 0, 1'000,
                                                       "Version of the records that this program writes; 0 is its "
                                                       "newest. An older one while other nodes still run an "
                                                       "older program: docs/operations.md."),
    number<&Config::log, &Config::Log::begin_anew>(
        "log.begin_anew", Kind::kFlag, 0, 1,
        "Start without the log, if its folder is empty, from what the store has. For one start after a damaged log "
        "was moved away: what was acknowledged and is not in the store yet is given up."),
    number<&Config::store, &Config::Store::block_cache_bytes>("store.block_cache_bytes", Kind::kBytes, kMiB, kTiB,
                                                              "Memory for blocks read from the store."),
    number<&Config::store, &Config::Store::wide_user_bytes>(
        "store.wide_user_bytes", Kind::kBytes, 0, kTiB,
        "Memory for the items of users who have 1,000 or more, as last read; 0 keeps none."),

    number<&Config::rules, &StampRules::thresholds, &Thresholds::started_ms>(
        "thresholds.started", Kind::kDuration, 0, 24 * kHour,
        "An item counts as started from this position on, or from thresholds.started_percent, whichever is first."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::started_percent>(
        "thresholds.started_percent", Kind::kPercent, 0, 100, "The same as a part of the duration."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::finished_remaining_ms>(
        "thresholds.finished_remaining", Kind::kDuration, 0, 24 * kHour,
        "An item without credits counts as finished this long before its end."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::finished_percent>(
        "thresholds.finished_percent", Kind::kPercent, 1, 100, "A short item counts as finished from here on."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::short_item_ms>(
        "thresholds.short_item", Kind::kDuration, 0, 24 * kHour, "Items shorter than this are short items."),
    number<&Config::rules, &StampRules::thresholds, &Thresholds::provisional_ms>(
        "thresholds.provisional", Kind::kDuration, 0, kHour,
        "A position below this that was not sought does not move the resume point, unless the player says "
        "otherwise."),
    number<&Config::interval, &Config::Interval::next>("interval.next", Kind::kDuration, kSecond, kHour,
                                                       "What players are told to wait between heartbeats."),
    number<&Config::interval, &Config::Interval::min>("interval.min", Kind::kDuration, kSecond, kHour,
                                                      "The shortest interval that players are told."),
    number<&Config::interval, &Config::Interval::max>("interval.max", Kind::kDuration, kSecond, kHour,
                                                      "The longest interval that players are told, under load."),
    number<&Config::push, &Config::Push::connections>("push.connections", Kind::kCount, 0, 10'000'000,
                                                      "Most WebSockets and event streams together."),
    number<&Config::push, &Config::Push::users_per_socket>("push.users_per_socket", Kind::kCount, 1, 1'000'000,
                                                           "Most users that one WebSocket follows."),
    number<&Config::push, &Config::Push::followers_per_user>("push.followers_per_user", Kind::kCount, 1, 1'000'000,
                                                             "Most connections that follow one user."),
    number<&Config::push, &Config::Push::buffer_bytes>(
        "push.buffer_bytes", Kind::kBytes, 16 * kKiB, kGiB,
        "Changes that may wait for one slow reader before it is dropped; newer ones replace older ones."),
    text<&Config::cors, &Config::Cors::origins>(
        "cors.origins", "Origins whose pages may call this server, https://app.example, commas between; * for all."),
    number<&Config::cors, &Config::Cors::max_age>("cors.max_age", Kind::kDuration, 0, 24 * kHour,
                                                  "How long a browser need not ask again whether it may."),
    number<&Config::presence, &Config::Presence::max_sessions>("presence.max_sessions", Kind::kCount, 1, 100'000'000,
                                                               "Most sessions that are known to play now."),

    text<&Config::cluster, &ClusterConfig::node>(
        "cluster.node", "This node's name in logs and in the group; the link's address when it is not given."),
    text<&Config::cluster, &ClusterConfig::region>("cluster.region", "The data center that the node is in."),
    address<&Config::cluster, &ClusterConfig::link>(
        "cluster.link", "Where other nodes reach this one; encrypted, and closed to all who lack the secret."),
    text<&Config::cluster, &ClusterConfig::advertise>(
        "cluster.advertise", "The same as others have to write it, host:port; cluster.link when it is not given."),
    path<&Config::cluster, &ClusterConfig::secret_file>(
        "cluster.secret_file", "File with the secret that all nodes share, at least 16 bytes."),
    number<&Config::cluster, &ClusterConfig::development>(
        "cluster.development", Kind::kFlag, 0, 1,
        "Take a topic with fewer than three replicas, or one that a single broker acknowledges: an update that was "
        "acknowledged may be lost with it."),
    number<&Config::cluster, &ClusterConfig::read_timeout>(
        "cluster.read_timeout", Kind::kDuration, 10, 60 * kSecond,
        "How long a read waits for the node that owns the user; then the database answers, marked stale."),
    number<&Config::cluster, &ClusterConfig::catch_up>(
        "cluster.catch_up", Kind::kDuration, 1, 60 * kSecond,
        "How long the owner waits for updates that are acknowledged and not applied yet; then its answer is stale."),
    number<&Config::cluster, &ClusterConfig::max_clock_offset>(
        "cluster.max_clock_offset", Kind::kDuration, 1, kHour,
        "A node whose clock differs from the others' by more is not ready."),
    number<&Config::cluster, &ClusterConfig::spool_bytes>(
        "cluster.spool_bytes", Kind::kBytes, kMiB, kTiB,
        "What the spool in the data folder may hold while Kafka is away; beyond it writes are refused."),

    text<&Config::kafka, &KafkaConfig::brokers>(
        "kafka.brokers", "Kafka's brokers, host:port, several with commas between. Makes this a node of a cluster."),
    text<&Config::kafka, &KafkaConfig::topic>("kafka.topic", "Topic of the updates."),
    text<&Config::kafka, &KafkaConfig::group>("kafka.group", "Consumer group that shares the partitions out."),
    number<&Config::kafka, &KafkaConfig::partitions>("kafka.partitions", Kind::kCount, 1, 10'000,
                                                     "Of the topic. Fixed: a user's partition follows from it, and "
                                                     "so does the most nodes that can share the work."),
    number<&Config::kafka, &KafkaConfig::append_timeout>(
        "kafka.append_timeout", Kind::kDuration, 100, 60 * kSecond,
        "What Kafka has not acknowledged by then goes to the spool; the player waits meanwhile."),
    number<&Config::kafka, &KafkaConfig::session_timeout>(
        "kafka.session_timeout", Kind::kDuration, kSecond, kHour,
        "After this silence a node's partitions go to others. Brokers allow from 6s on unless they are told."),
    number<&Config::kafka, &KafkaConfig::retention>(
        "kafka.retention", Kind::kDuration, kHour, kYear,
        "What a topic has to keep at least: how long the database may be away before updates are lost."),
    number<&Config::kafka, &KafkaConfig::tls>("kafka.tls", Kind::kFlag, 0, 1, "Speak TLS to the brokers."),
    path<&Config::kafka, &KafkaConfig::ca_file>("kafka.ca_file",
                                                "PEM file with the authorities of the brokers' certificates."),
    path<&Config::kafka, &KafkaConfig::cert_file>("kafka.cert_file", "PEM file with this node's certificate."),
    path<&Config::kafka, &KafkaConfig::key_file>("kafka.key_file", "PEM file with its key."),
    text<&Config::kafka, &KafkaConfig::user>("kafka.user", "Name to log in with; none when it is not given."),
    path<&Config::kafka, &KafkaConfig::password_file>("kafka.password_file", "File with its password."),
    choice<&Config::kafka, &KafkaConfig::sasl_mechanism>("kafka.sasl_mechanism", kSaslMechanisms,
                                                         "How the password is shown to the brokers."),

    text<&Config::cassandra, &CassandraConfig::contact_points>(
        "cassandra.contact_points", "Some of the nodes, host:port with commas between; the rest is found from them."),
    text<&Config::cassandra, &CassandraConfig::datacenter>("cassandra.datacenter",
                                                           "Cassandra's name of the data center to use."),
    text<&Config::cassandra, &CassandraConfig::keyspace>("cassandra.keyspace", "Keyspace of the tables."),
    text<&Config::cassandra, &CassandraConfig::replicas>(
        "cassandra.replicas", "For `playhead schema`: replicas in each data center, such as dc1:3,dc2:3."),
    text<&Config::cassandra, &CassandraConfig::consistency>("cassandra.consistency",
                                                            "Of reads and writes, as Cassandra calls it."),
    number<&Config::cassandra, &CassandraConfig::request_timeout>("cassandra.request_timeout", Kind::kDuration, 10,
                                                                  kHour, "Of one request with its retries."),
    number<&Config::cassandra, &CassandraConfig::commit_lag>(
        "cassandra.commit_lag", Kind::kDuration, 0, kHour,
        "How long after a write Cassandra has it on disk: its commitlog_sync_period and half of it."),
    number<&Config::cassandra, &CassandraConfig::writes_in_flight>("cassandra.writes_in_flight", Kind::kCount, 1,
                                                                   100'000, "Most writes at a time."),
    number<&Config::cassandra, &CassandraConfig::tls>(
        "cassandra.tls", Kind::kFlag, 0, 1, "Speak TLS to the nodes; their certificates name IP addresses."),
    path<&Config::cassandra, &CassandraConfig::ca_file>("cassandra.ca_file",
                                                        "PEM file with the authorities of their certificates."),
    path<&Config::cassandra, &CassandraConfig::cert_file>("cassandra.cert_file",
                                                          "PEM file with this node's certificate."),
    path<&Config::cassandra, &CassandraConfig::key_file>("cassandra.key_file", "PEM file with its key."),
    text<&Config::cassandra, &CassandraConfig::user>("cassandra.user",
                                                     "Name to log in with; none when it is not given."),
    path<&Config::cassandra, &CassandraConfig::password_file>("cassandra.password_file", "File with its password."),
};

}  // namespace

std::span<const Setting> settings() { return kSettings; }

}  // namespace playhead::app
