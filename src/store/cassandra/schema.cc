#include "store/cassandra/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/bytes.h"
#include "store/cassandra/cql_values.h"
#include "store/cassandra/row_columns.h"

namespace playhead::store {
namespace {

using Facts = std::map<std::string, std::string>;

constexpr const char* kFormat = "format";
constexpr std::size_t kLongestName = 48;  // Cassandra's own

std::unexpected<Error> refuse(std::string sentence) { return fail("store-refused", std::move(sentence)); }

// Names stand in statements as they are.
Result<void> check_names(const CassandraOptions& options) {
  const auto& name = options.keyspace;
  const auto plain = [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; };
  if (name.empty() || name.size() > kLongestName || !std::islower(static_cast<unsigned char>(name[0])) ||
      !std::ranges::all_of(name, plain)) {
    return refuse(
        fmt::format("The keyspace's name \"{}\" is not one: up to {} lower case letters, digits and "
                    "underscores, a letter first.",
                    name, kLongestName));
  }
  return {};
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

Facts expected_facts(const CassandraOptions& options) {
  Facts facts{{kFormat, std::to_string(kSchemaFormat)},
              {"ordering", options.ordering == model::Ordering::kCounter ? "counter" : "timestamp"}};
  facts.insert(options.facts.begin(), options.facts.end());
  return facts;
}

Result<Facts> read_facts(CqlSession& session, const std::string& keyspace) {
  const auto table = session.select(fmt::format("SELECT name, value FROM {}.meta", keyspace));
  if (!table) return std::unexpected(table.error());
  Facts facts;
  for (const auto& row : *table) facts[row[0].value_or("")] = row[1].value_or("");
  return facts;
}

std::unexpected<Error> not_made(const CassandraOptions& options) {
  return refuse(
      fmt::format("The keyspace \"{}\" is not there, or nothing of Playhead's is in it: make it with "
                  "`playhead schema`.",
                  options.keyspace));
}

Result<void> check_format(const CassandraOptions& options, const std::string& stored) {
  int number = 0;
  std::from_chars(stored.data(), stored.data() + stored.size(), number);
  if (number == kSchemaFormat) return {};
  if (number > kSchemaFormat) {
    return refuse(
        fmt::format("The keyspace \"{}\" has format {}, and this program knows no later one than {}: start "
                    "the release that wrote it, or a newer one.",
                    options.keyspace, stored, kSchemaFormat));
  }
  return refuse(
      fmt::format("The keyspace \"{}\" has format {}, and this program writes {}: bring it up to date with "
                  "`playhead schema`.",
                  options.keyspace, stored, kSchemaFormat));
}

// Everything but the format.
Result<void> check_facts(const CassandraOptions& options, const Facts& stored) {
  for (const auto& [name, value] : expected_facts(options)) {
    if (name == kFormat) continue;
    const auto found = stored.find(name);
    if (found != stored.end() && found->second == value) continue;
    return refuse(
        fmt::format("The keyspace \"{}\" was made for {} \"{}\", and this program is set to \"{}\": what is "
                    "stored can't be read by other rules, so set it back, or use another keyspace.",
                    options.keyspace, name, found == stored.end() ? "no" : found->second, value));
  }
  return {};
}

Result<void> check_replicas(CqlSession& session, const CassandraOptions& options) {
  const auto table =
      session.select(fmt::format("SELECT replication[{}] FROM system_schema.keyspaces WHERE keyspace_name = {}",
                                 quoted(options.local_datacenter), quoted(options.keyspace)));
  if (!table) return std::unexpected(table.error());
  if (table->empty()) return not_made(options);
  if (table->front()[0].value_or("0") != "0") return {};
  return refuse(
      fmt::format("The keyspace \"{}\" has no replicas in the data center \"{}\": name the one that this node "
                  "is in, or give that one replicas with ALTER KEYSPACE.",
                  options.keyspace, options.local_datacenter));
}

Result<void> check_tables(CqlSession& session, const CassandraOptions& options) {
  const auto table = session.select(
      fmt::format("SELECT table_name, default_time_to_live FROM system_schema.tables WHERE keyspace_name = {}",
                  quoted(options.keyspace)));
  if (!table) return std::unexpected(table.error());
  std::size_t ours = 0;
  for (const auto& row : *table) {
    const auto name = row[0].value_or("");
    if (name != "items" && name != "meta") continue;
    ++ours;
    if (row[1].value_or("").find_first_not_of('\0') != std::string::npos) {
      return refuse(
          fmt::format("The table {}.{} has a time to live, which would change which update wins: take it away "
                      "with ALTER TABLE … WITH default_time_to_live = 0.",
                      options.keyspace, name));
    }
  }
  if (ours < 2) return not_made(options);
  return {};
}

std::string create_keyspace(const std::string& keyspace, const std::map<std::string, int>& replicas) {
  std::string replication = "'class': 'NetworkTopologyStrategy'";
  for (const auto& [datacenter, count] : replicas) replication += fmt::format(", {}: {}", quoted(datacenter), count);
  return fmt::format("CREATE KEYSPACE IF NOT EXISTS {} WITH replication = {{{}}}", keyspace, replication);
}

std::string create_items(const std::string& keyspace) {
  std::string registers;
  for (const auto& column : kRegisterColumns) registers += fmt::format("{} blob, ", column.name);
  // Rows are written over and over and read one user at a time: levelled compaction keeps a user in few files.
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {}.items (user text, show text, episode text, {} blob static, {}"
      "PRIMARY KEY (user, show, episode)) WITH compaction = {{'class': 'LeveledCompactionStrategy'}} "
      "AND comment = 'Playhead: a cell is a version and a value; changed by Playhead alone'",
      keyspace, kErasedColumn, registers);
}

Result<void> create_tables(CqlSession& session, const CassandraOptions& options,
                           const std::map<std::string, int>& replicas) {
  for (const auto& statement :
       {create_keyspace(options.keyspace, replicas), create_items(options.keyspace),
        fmt::format("CREATE TABLE IF NOT EXISTS {}.meta (name text PRIMARY KEY, value text)", options.keyspace)}) {
    if (auto changed = session.change_schema(statement); !changed) return changed;
  }
  return {};
}

Result<void> write_facts(CqlSession& session, const CassandraOptions& options, const Facts& facts) {
  for (const auto& [name, value] : facts) {
    std::string values;
    put_value(values, name);
    put_value(values, value);
    const auto insert = fmt::format("INSERT INTO {}.meta (name, value) VALUES (?, ?)", options.keyspace);
    if (auto written = session.execute(insert, values); !written) return written;
  }
  return {};
}

}  // namespace

Result<void> create_schema(const CassandraOptions& options, const std::map<std::string, int>& replicas) {
  if (auto named = check_names(options); !named) return named;
  auto everywhere = options;
  // Nodes of every data center check the facts right after.
  everywhere.consistency = "each_quorum";
  CqlSession session(everywhere);
  if (auto connected = session.connect(); !connected) return connected;
  if (auto created = create_tables(session, options, replicas); !created) return created;
  const auto stored = read_facts(session, options.keyspace);
  if (!stored) return std::unexpected(stored.error());
  if (!stored->empty()) {
    if (auto same = check_facts(options, *stored); !same) return same;
  } else if (auto written = write_facts(session, options, expected_facts(options)); !written) {
    return written;
  }
  return check_schema(session, options);
}

Result<void> check_schema(CqlSession& session, const CassandraOptions& options) {
  if (auto named = check_names(options); !named) return named;
  if (auto replicated = check_replicas(session, options); !replicated) return replicated;
  if (auto tables = check_tables(session, options); !tables) return tables;
  const auto stored = read_facts(session, options.keyspace);
  if (!stored) return std::unexpected(stored.error());
  const auto format = stored->find(kFormat);
  if (format == stored->end()) return not_made(options);
  if (auto same = check_format(options, format->second); !same) return same;
  return check_facts(options, *stored);
}

}  // namespace playhead::store
