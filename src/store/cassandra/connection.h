#pragma once

// A session with the statements that the store needs, prepared.

#include <cstddef>
#include <string>
#include <vector>

#include "store/cassandra/cql_session.h"
#include "store/cassandra/options.h"
#include "store/cassandra/row_collector.h"
#include "store/cassandra/write_plan.h"

namespace playhead::store {

class Connection {
 public:
  // Throws StartupError when the options can't be right.
  explicit Connection(const CassandraOptions& options);

  // Connects, checks the schema and prepares; waits. May be repeated until it succeeds.
  Result<void> open(const CassandraOptions& options);

  // As of CqlSession.
  void write(const Mutation& mutation, CqlSession::Done done);
  void select(const Selection& selection, CqlSession::Row row, CqlSession::Done done);
  // `row` gets one column.
  void select_erased(const std::string& values, CqlSession::Row row, CqlSession::Done done);

 private:
  std::size_t number_of(WriteStatement::Kind kind) const;
  std::size_t number_of(Selection::Kind kind) const;
  Result<void> prepare(const std::string& keyspace);

  CqlSession session_;
  std::size_t set_row_ = 0, set_erased_ = 0, delete_user_ = 0, delete_row_ = 0;
  std::size_t select_user_ = 0, select_show_ = 0, select_row_ = 0, select_erased_ = 0;
};

}  // namespace playhead::store
