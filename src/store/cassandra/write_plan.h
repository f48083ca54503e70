#pragma once

// From rows to merge to Cassandra's mutations, without asking anything: all rows of a user in one mutation as far as
// they fit, since a mutation is taken by a replica as a whole, and one statement for each timestamp within a row.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "store/cassandra/cell_time.h"
#include "store/position_store.h"

namespace playhead::store {

struct WriteStatement {
  enum class Kind { kSetRow, kSetErased, kDeleteUser, kDeleteRow };
  Kind kind;
  std::string values;  // what the statement of that kind binds, encoded (cql_values.h)
};

struct Mutation {
  std::vector<WriteStatement> statements;
  std::vector<std::size_t> writes;  // indexes of the rows that are in it
  std::size_t bytes = 0;
};

struct WritePlan {
  std::vector<Mutation> mutations;
  struct Refusal {
    std::size_t write;
    std::string why;
  };
  std::vector<Refusal> refused;  // Cassandra would not take them, or could not keep them
  std::size_t malformed = 0;     // no items at all; skipped
};

// Cassandra's own bound is 16 MiB, above which it closes the connection that others use too.
inline constexpr std::size_t kLargestItem = std::size_t{1} << 20;

// Rows that an erasure among `writes` covers are left out. With `apart`, each row is a mutation of its own.
WritePlan plan_writes(std::span<const ItemWrite> writes, const CellTime& time, bool apart = false);

WriteStatement delete_user(std::string_view user, std::int64_t timestamp);
WriteStatement delete_row(std::string_view user, std::string_view row_key, std::int64_t timestamp);

// The timestamp that covers every register of the item: what removing the row as it is takes.
std::int64_t latest_cell(std::string_view item, const CellTime& time);

}  // namespace playhead::store
