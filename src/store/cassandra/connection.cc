#include "store/cassandra/connection.h"

#include <fmt/format.h>

#include <utility>

#include "store/cassandra/row_columns.h"
#include "store/cassandra/schema.h"

namespace playhead::store {
namespace {

std::string set_row(const std::string& keyspace) {
  std::string assignments;
  for (const auto& column : kRegisterColumns) {
    assignments += fmt::format("{}{} = ?", assignments.empty() ? "" : ", ", column.name);
  }
  return fmt::format("UPDATE {}.items USING TIMESTAMP ? SET {} WHERE user = ? AND show = ? AND episode = ?", keyspace,
                     assignments);
}

std::string select_rows(const std::string& keyspace, std::string_view where) {
  std::string registers;
  for (const auto& column : kRegisterColumns) registers += fmt::format(", {}", column.name);
  return fmt::format("SELECT show, episode, {}{} FROM {}.items WHERE {}", kErasedColumn, registers, keyspace, where);
}

}  // namespace

Connection::Connection(const CassandraOptions& options) : session_(options) {}

Result<void> Connection::open(const CassandraOptions& options) {
  auto result = session_.connect();
  if (result) result = check_schema(session_, options);
  if (result) result = prepare(options.keyspace);
  return result;
}

Result<void> Connection::prepare(const std::string& keyspace) {
  constexpr std::string_view kRow = "user = ? AND show = ? AND episode = ?";
  const auto erase = fmt::format("DELETE FROM {}.items USING TIMESTAMP ? WHERE ", keyspace);
  const std::pair<std::size_t*, std::string> statements[] = {
      {&set_row_, set_row(keyspace)},
      {&set_erased_,
       fmt::format("UPDATE {}.items USING TIMESTAMP ? SET {} = ? WHERE user = ?", keyspace, kErasedColumn)},
      {&delete_user_, erase + "user = ?"},
      {&delete_row_, fmt::format("{}{}", erase, kRow)},
      {&select_user_, select_rows(keyspace, "user = ?")},
      {&select_show_, select_rows(keyspace, "user = ? AND show = ?")},
      {&select_row_, select_rows(keyspace, kRow)},
      // DISTINCT: the static column once, also of a user who has no rows.
      {&select_erased_, fmt::format("SELECT DISTINCT {} FROM {}.items WHERE user = ?", kErasedColumn, keyspace)},
  };
  for (const auto& [number, statement] : statements) {
    const auto prepared = session_.prepare(statement);
    if (!prepared) return std::unexpected(prepared.error());
    *number = *prepared;
  }
  return {};
}

std::size_t Connection::number_of(WriteStatement::Kind kind) const {
  switch (kind) {
    case WriteStatement::Kind::kSetErased: return set_erased_;
    case WriteStatement::Kind::kDeleteUser: return delete_user_;
    case WriteStatement::Kind::kDeleteRow: return delete_row_;
    case WriteStatement::Kind::kSetRow: break;
  }
  return set_row_;
}

std::size_t Connection::number_of(Selection::Kind kind) const {
  switch (kind) {
    case Selection::Kind::kShow: return select_show_;
    case Selection::Kind::kRow: return select_row_;
    case Selection::Kind::kUser: break;
  }
  return select_user_;
}

void Connection::write(const Mutation& mutation, CqlSession::Done done) {
  std::vector<BoundStatement> bound;
  bound.reserve(mutation.statements.size());
  for (const auto& statement : mutation.statements) bound.push_back({number_of(statement.kind), statement.values});
  session_.write(bound, std::move(done));
}

void Connection::select(const Selection& selection, CqlSession::Row row, CqlSession::Done done) {
  session_.query({number_of(selection.kind), selection.values}, std::move(row), std::move(done));
}

void Connection::select_erased(const std::string& values, CqlSession::Row row, CqlSession::Done done) {
  session_.query({select_erased_, values}, std::move(row), std::move(done));
}

}  // namespace playhead::store
