#include "app/cluster_backends.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "app/cluster_options.h"
#include "app/setting_text.h"
#include "cluster/peer_messages.h"
#include "disk/data_folder.h"
#include "log/kafka/dead_letters.h"
#include "log/kafka/group_feed.h"
#include "log/kafka/kafka_log.h"
#include "log/kafka/topic.h"
#include "log/rocksdb/rocksdb_log.h"
#include "store/cassandra/cassandra_store.h"
#include "store/cassandra/schema.h"

namespace playhead::app {
namespace {

class KafkaDeadLetters final : public cluster::DeadLetters {
 public:
  KafkaDeadLetters(const Config& config, const Clock& clock)
      : node_(this_node(config).name),
        topic_(config.kafka.topic),
        clock_(clock),
        letters_(log::kafka::dead_letters_of(kafka_options(config))) {}

  void put(cluster::DeadLetter letter, std::move_only_function<void(Result<void>)> done) override {
    letters_.append({.key = std::move(letter.user),
                     .record = std::move(letter.record),
                     .code = std::string(letter.reason.code),
                     .reason = std::move(letter.reason.detail),
                     .topic = letter.offset > 0 ? topic_ : std::string(),
                     .partition = letter.partition,
                     .offset = letter.offset,
                     .node = node_,
                     .time_ms = clock_.now_ms()},
                    std::move(done));
  }

 private:
  const std::string node_;
  const std::string topic_;
  const Clock& clock_;
  log::kafka::DeadLetters letters_;
};

// Waits: the store's writer goes on only when the row is kept somewhere.
Result<void> keep_refused(cluster::DeadLetters& letters, const store::ItemWrite& write, const Error& why) {
  store::Rows row;
  row.append(write.row_key, write.item);
  std::promise<Result<void>> kept;
  letters.put({.user = std::string(write.user),
               .record = cluster::encode_rows(apply::UserRows(std::move(row))),
               .reason = why},
              [&kept](Result<void> result) { kept.set_value(std::move(result)); });
  auto result = kept.get_future().get();
  if (result) spdlog::error("A row went to the dead letters, since the database refuses it: {}", why.detail);
  return result;
}

void check_topics(const Config& config) {
  const auto options = kafka_options(config);
  const auto rules = topic_rules(config);
  const auto dead = log::kafka::dead_letters_of(options);
  for (const auto& checked : {log::kafka::check_topic(options, rules),
                              log::kafka::check_topic(dead, log::kafka::dead_letter_rules(rules))}) {
    if (checked) continue;
    if (checked.error().code != "log-unavailable") throw StartupError(checked.error().detail);
    spdlog::warn("Starting without Kafka: updates go to the spool. {}", checked.error().detail);
    return;
  }
}

void tell_made(const Result<bool>& made, std::string_view what, const std::function<void(std::string_view)>& tell) {
  if (!made) throw StartupError(made.error().detail);
  tell(fmt::format("{}: {}.", what, *made ? "made" : "is there"));
}

}  // namespace

ClusterBackends open_cluster_backends(const Config& config, const Clock& clock) {
  check_topics(config);
  ClusterBackends backends;
  const bool counters = config.rules.ordering == model::Ordering::kCounter;
  auto folder = std::make_shared<disk::DataFolder>(config.data.string(), counters ? "counter" : "timestamp");
  backends.spool =
      std::make_unique<log::RocksDbLog>(log::RocksDbLogOptions{.path = folder->log_path(), .clock = &clock});
  backends.folder = std::move(folder);
  backends.queue = std::make_unique<log::kafka::KafkaLog>(kafka_options(config));
  backends.dead_letters = std::make_unique<KafkaDeadLetters>(config, clock);
  auto cassandra = cassandra_options(config);
  cassandra.refused = [&letters = *backends.dead_letters](const store::ItemWrite& write, const Error& why) {
    return keep_refused(letters, write, why);
  };
  backends.store = std::make_unique<store::CassandraStore>(std::move(cassandra));
  backends.feed = std::make_unique<log::kafka::KafkaGroupFeed>(kafka_options(config), group_options(config),
                                                               this_node(config), clock);
  return backends;
}

void make_schema(const Config& config, const std::function<void(std::string_view)>& tell) {
  const auto options = kafka_options(config);
  const auto rules = topic_rules(config);
  tell_made(log::kafka::create_topic(options, rules), "Topic " + options.topic, tell);
  const auto dead = log::kafka::dead_letters_of(options);
  tell_made(log::kafka::create_topic(dead, log::kafka::dead_letter_rules(rules)), "Topic " + dead.topic, tell);
  for (const auto& checked : {log::kafka::check_topic(options, rules),
                              log::kafka::check_topic(dead, log::kafka::dead_letter_rules(rules))}) {
    if (!checked) throw StartupError(checked.error().detail);
  }
  const auto replicas = parse_replicas(config.cassandra.replicas);
  if (!replicas) {
    throw UsageError(
        fmt::format("cassandra.replicas: {} won't do; expected data centers with a number of replicas each, "
                    "such as dc1:3,dc2:3.",
                    shown(config.cassandra.replicas)));
  }
  const auto cassandra = cassandra_options(config);
  if (auto made = store::create_schema(cassandra, *replicas); !made) throw StartupError(made.error().detail);
  tell(fmt::format("Keyspace {}: is there, with its tables.", cassandra.keyspace));
}

}  // namespace playhead::app
