#include "store/cassandra/write_plan.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "model/item.h"
#include "store/cassandra/cql_values.h"
#include "store/cassandra/row_columns.h"
#include "store/erasure.h"

namespace playhead::store {
namespace {

using Kind = WriteStatement::Kind;
using model::Register;

// A mutation is one message, one entry of the commit log and one lock on the partition: large enough to save round
// trips for a user with many changed rows, small enough for others to get between.
constexpr std::size_t kMutationBytes = 64 << 10;
constexpr std::size_t kMutationStatements = 200;

struct Cell {
  std::int64_t timestamp;
  Register id;
  std::string_view blob;
};

// Empty with a reason when the item can't be stored.
struct Cells {
  std::vector<Cell> cells;
  std::string refused;
};

Cells cells_of(std::string_view item, bool user_row, const CellTime& time) {
  Cells found;
  for (model::RegisterCursor cursor(item); cursor; cursor.next()) {
    const auto version = model::decode_version(cursor.blob());
    const bool erased = cursor.id() == Register::kErased;
    const bool known =
        std::ranges::find(kRegisterColumns, cursor.id(), &RegisterColumn::id) != kRegisterColumns.end();
    if (erased ? !user_row : !known) {
      found.refused = "its register " + std::to_string(static_cast<int>(cursor.id())) + " has no column there";
      return found;
    }
    found.cells.push_back({erased ? time.erased(version) : time.cell(version), cursor.id(), cursor.blob()});
  }
  return found;
}

WriteStatement set_row(const ItemWrite& write, std::int64_t timestamp, std::span<const Cell> cells) {
  WriteStatement statement{Kind::kSetRow, {}};
  auto& out = statement.values;
  put_bigint(out, timestamp);
  for (const auto& column : kRegisterColumns) {
    const auto cell = std::ranges::find(cells, column.id, &Cell::id);
    if (cell != cells.end() && cell->timestamp == timestamp) {
      put_value(out, cell->blob);
    } else {
      put_unset(out);
    }
  }
  const auto ids = model::split_row_key(write.row_key);
  for (const auto text : {write.user, ids.show, ids.episode}) put_value(out, text);
  return statement;
}

WriteStatement set_erased(std::string_view user, const Cell& cell) {
  WriteStatement statement{Kind::kSetErased, {}};
  put_bigint(statement.values, cell.timestamp);
  put_value(statement.values, cell.blob);
  put_value(statement.values, user);
  return statement;
}

std::vector<WriteStatement> statements_of(const ItemWrite& write, std::span<const Cell> cells) {
  std::vector<WriteStatement> statements;
  std::vector<std::int64_t> done;
  for (const auto& cell : cells) {
    if (cell.id == Register::kErased) {
      // The deletion and what remembers it in one mutation, so that nobody sees one without the other.
      statements.push_back(delete_user(write.user, cell.timestamp - 1));
      statements.push_back(set_erased(write.user, cell));
    } else if (std::ranges::find(done, cell.timestamp) == done.end()) {
      statements.push_back(set_row(write, cell.timestamp, cells));
      done.push_back(cell.timestamp);
    }
  }
  return statements;
}

class Planner {
 public:
  Planner(std::span<const ItemWrite> writes, const CellTime& time, bool apart)
      : writes_(writes), time_(time), apart_(apart), erasures_(batch_erasures(writes)) {}

  WritePlan plan() && {
    for (std::size_t i = 0; i < writes_.size(); ++i) add(i);
    return std::move(plan_);
  }

 private:
  void add(std::size_t index) {
    const auto& write = writes_[index];
    if (!model::valid_item(write.item)) {
      ++plan_.malformed;
      return;
    }
    if (write.item.size() > kLargestItem) {
      plan_.refused.push_back({index, "it has " + std::to_string(write.item.size()) + " bytes, more than the " +
                                          std::to_string(kLargestItem) + " that an item may have"});
      return;
    }
    std::string remaining;
    const auto covered = find_erasure(erasures_, write.user);
    if (covered) remaining = model::drop_up_to(write.item, *covered);
    const auto found = cells_of(covered ? remaining : write.item, write.row_key == model::kUserRow, time_);
    if (!found.refused.empty()) {
      plan_.refused.push_back({index, found.refused});
    } else if (!found.cells.empty()) {
      append(index, statements_of(write, found.cells));
    }
  }

  void append(std::size_t index, std::vector<WriteStatement> statements) {
    std::size_t bytes = 0;
    for (const auto& statement : statements) bytes += statement.values.size();
    auto& mutation = mutation_of(writes_[index].user, statements.size(), bytes);
    std::ranges::move(statements, std::back_inserter(mutation.statements));
    mutation.writes.push_back(index);
    mutation.bytes += bytes;
  }

  // The user's, when there is room in it.
  Mutation& mutation_of(std::string_view user, std::size_t statements, std::size_t bytes) {
    const auto [at, added] = open_.try_emplace(user, plan_.mutations.size());
    if (!added && !apart_) {
      auto& mutation = plan_.mutations[at->second];
      if (mutation.bytes + bytes <= kMutationBytes &&
          mutation.statements.size() + statements <= kMutationStatements) {
        return mutation;
      }
    }
    at->second = plan_.mutations.size();
    return plan_.mutations.emplace_back();
  }

  std::span<const ItemWrite> writes_;
  const CellTime& time_;
  bool apart_;
  Erasures erasures_;
  WritePlan plan_;
  std::unordered_map<std::string_view, std::size_t> open_;
};

}  // namespace

WritePlan plan_writes(std::span<const ItemWrite> writes, const CellTime& time, bool apart) {
  return Planner(writes, time, apart).plan();
}

WriteStatement delete_user(std::string_view user, std::int64_t timestamp) {
  WriteStatement statement{Kind::kDeleteUser, {}};
  put_bigint(statement.values, timestamp);
  put_value(statement.values, user);
  return statement;
}

WriteStatement delete_row(std::string_view user, std::string_view row_key, std::int64_t timestamp) {
  WriteStatement statement{Kind::kDeleteRow, {}};
  put_bigint(statement.values, timestamp);
  const auto ids = model::split_row_key(row_key);
  for (const auto text : {user, ids.show, ids.episode}) put_value(statement.values, text);
  return statement;
}

std::int64_t latest_cell(std::string_view item, const CellTime& time) {
  auto latest = std::numeric_limits<std::int64_t>::min() + 1;
  for (model::RegisterCursor cursor(item); cursor; cursor.next()) {
    latest = std::max(latest, time.cell(model::decode_version(cursor.blob())));
  }
  return latest;
}

}  // namespace playhead::store
