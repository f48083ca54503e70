#pragma once

// From the columns that Cassandra answers to a user's rows.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/version.h"
#include "store/position_store.h"

namespace playhead::store {

// What one read of `items` asks: all of the user, one show, or one row.
struct Selection {
  enum class Kind { kUser, kShow, kRow };
  Kind kind;
  std::string values;  // encoded for the statement of that kind
};

Selection selection_of(const Query& query);

// The user's own row alone, which a selection that finds no row doesn't answer.
std::string own_row_values(const Query& query);

class RowCollector {
 public:
  explicit RowCollector(Query query) : query_(std::move(query)) {}
  const Query& query() const { return query_; }

  // One row of the answer, in kSelectedColumns; nothing where the column is null.
  void add(std::span<const std::optional<std::string_view>> columns);
  // Of the user's own row alone.
  void add_erased(std::optional<std::string_view> blob);

  // Whether there was any row, so that the user's own row was among the answer if there is one.
  bool any() const { return any_; }

  // The rows in key order, without what the user's erasure covers: what is written after an erasure, but is older,
  // stays hidden below its deletion only until Cassandra forgets that (gc_grace_seconds).
  Rows take();

 private:
  Query query_;
  Rows rows_;
  std::string own_;     // registers of the user's own row but kErased
  std::string erased_;  // kErased's blob
  bool any_ = false;
};

}  // namespace playhead::store
