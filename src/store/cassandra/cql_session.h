#pragma once

// The driver as the rest of this folder sees it: the one place that knows the bridge (bridge/src/lib.rs).

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/cassandra/options.h"

namespace playhead::store {

// A statement that prepare() gave a number, and its encoded values (cql_values.h). Borrowed for the call.
struct BoundStatement {
  std::size_t prepared;
  std::string_view values;
};

using Columns = std::span<const std::optional<std::string_view>>;

// Fails everywhere with "store-unavailable" (try again) or "store-refused" (the server says no, and always will).
// Results come on a thread of the driver's, which must not be kept waiting, and exactly once, at the latest while the
// session is destroyed. Any thread may call write() and query() once connected; the rest is for one thread before
// that.
class CqlSession {
 public:
  using Done = std::move_only_function<void(Result<void>)>;
  using Row = std::move_only_function<void(Columns)>;

  // Throws StartupError when the options can't be right.
  explicit CqlSession(const CassandraOptions& options);
  ~CqlSession();
  CqlSession(const CqlSession&) = delete;
  CqlSession& operator=(const CqlSession&) = delete;

  // These wait.
  Result<void> connect();
  Result<std::size_t> prepare(const std::string& statement);
  Result<void> change_schema(const std::string& statement);
  using Table = std::vector<std::vector<std::optional<std::string>>>;
  Result<Table> select(const std::string& statement);
  Result<void> execute(const std::string& statement, std::string_view values);

  // Several statements, all of one partition, are taken as a whole or not at all.
  void write(std::span<const BoundStatement> statements, Done done);
  // `row` for each row in order, then `done`.
  void query(const BoundStatement& statement, Row row, Done done);

 private:
  struct Bridge;
  std::unique_ptr<Bridge> bridge_;
};

}  // namespace playhead::store
