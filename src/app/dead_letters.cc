#include "app/dead_letters.h"

#include <fmt/format.h>

#include <future>
#include <ostream>
#include <vector>

#include "app/cluster_options.h"
#include "cluster/peer_messages.h"
#include "log/kafka/dead_letters.h"
#include "log/kafka/kafka_log.h"
#include "model/record.h"
#include "server/api/json_writer.h"
#include "store/cassandra/cassandra_store.h"

namespace playhead::app {
namespace {

using log::kafka::DeadLetter;

bool is_row(const DeadLetter& letter) { return letter.topic.empty(); }

void for_each_letter(const Config& config, const std::function<void(log::Offset, const DeadLetter&)>& visit) {
  const auto read = log::kafka::read_dead_letters(log::kafka::dead_letters_of(kafka_options(config)),
                                                  [&](log::Offset offset, const DeadLetter& letter) {
                                                    visit(offset, letter);
                                                    return true;
                                                  });
  if (!read) throw StartupError(fmt::format("The dead letters can't be read: {}", read.error().detail));
}

Result<void> understood(const std::string& record) {
  model::RecordReader reader(record);
  while (true) {
    const auto next = reader.next();
    if (!next) return std::unexpected(next.error());
    if (!*next) return {};
  }
}

Result<void> replay_record(log::HeartbeatLog& queue, const DeadLetter& letter) {
  if (auto whole = understood(letter.record); !whole) return whole;
  std::promise<Result<log::Appended>> appended;
  queue.append(letter.record, [&appended](Result<log::Appended> result) { appended.set_value(std::move(result)); });
  const auto result = appended.get_future().get();
  if (!result) return std::unexpected(result.error());
  return {};
}

Result<void> replay_row(store::PositionStore& store, const DeadLetter& letter) {
  const auto rows = cluster::decode_rows(letter.record);
  if (!rows) return std::unexpected(rows.error());
  std::vector<store::ItemWrite> writes;
  for (const auto& row : rows->rows) writes.push_back({.user = letter.key, .row_key = row.row_key, .item = row.item});
  return store.merge(writes, 0);
}

}  // namespace

void list_dead_letters(const Config& config, std::ostream& out) {
  for_each_letter(config, [&out](log::Offset offset, const DeadLetter& letter) {
    server::api::JsonWriter json;
    json.begin_object().integer("letter", offset).text("code", letter.code).text("reason", letter.reason);
    json.text("kind", is_row(letter) ? "row" : "record").text("topic", letter.topic);
    json.integer("partition", letter.partition).integer("offset", letter.offset);
    json.text("user", letter.key).integer("bytes", letter.record.size());
    json.text("node", letter.node).time("time", letter.time_ms).end_object();
    out << json.str() << "\n";
  });
}

Replayed replay_dead_letters(const Config& config, std::uint64_t from, std::ostream& out) {
  log::kafka::KafkaLog queue(kafka_options(config));
  store::CassandraStore store(cassandra_options(config));
  Replayed replayed;
  for_each_letter(config, [&](log::Offset offset, const DeadLetter& letter) {
    if (offset < from) return;
    const bool row = is_row(letter);
    const auto done = row ? replay_row(store, letter) : replay_record(queue, letter);
    if (done) {
      ++(row ? replayed.rows : replayed.records);
      return;
    }
    // Away, and not wrong: what follows would fail alike.
    if (done.error().code == "log-unavailable" || done.error().code == "store-unavailable") {
      throw StartupError(
          fmt::format("Stopped at letter {}, try again with --from {}: {}", offset, offset, done.error().detail));
    }
    ++replayed.refused;
    out << fmt::format("Letter {} stays dead: {}\n", offset, done.error().detail);
  });
  return replayed;
}

}  // namespace playhead::app
