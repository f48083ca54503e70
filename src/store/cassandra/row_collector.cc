#include "store/cassandra/row_collector.h"

#include "model/item.h"
#include "store/cassandra/cql_values.h"
#include "store/cassandra/row_columns.h"

namespace playhead::store {
namespace {

bool wanted(const Query& query, std::string_view key) {
  if (!query.row_prefix) return true;
  return query.exact ? key == *query.row_prefix : key.starts_with(*query.row_prefix);
}

}  // namespace

Selection selection_of(const Query& query) {
  Selection selection{Selection::Kind::kUser, {}};
  put_value(selection.values, query.user);
  // A prefix that doesn't end a show's id selects many shows: those are filtered here.
  if (!query.row_prefix || query.row_prefix->find('\0') == std::string::npos) return selection;
  const auto ids = model::split_row_key(*query.row_prefix);
  put_value(selection.values, ids.show);
  selection.kind = Selection::Kind::kShow;
  if (!query.exact) return selection;
  put_value(selection.values, ids.episode);
  selection.kind = Selection::Kind::kRow;
  return selection;
}

std::string own_row_values(const Query& query) {
  std::string values;
  put_value(values, query.user);
  return values;
}

void RowCollector::add(std::span<const std::optional<std::string_view>> columns) {
  if (columns.size() != kSelectedColumns) return;
  any_ = true;
  add_erased(columns[2]);
  // A user of whom there is only the erasure.
  if (!columns[0] || !columns[1]) return;
  const auto key = model::row_key(*columns[0], *columns[1]);
  std::string item;
  for (std::size_t i = 0; i < kRegisterColumns.size(); ++i) {
    const auto& blob = columns[3 + i];
    if (blob && blob->size() >= model::kVersionBytes) model::append_register(item, kRegisterColumns[i].id, *blob);
  }
  if (key == model::kUserRow) {
    own_ = std::move(item);
  } else if (!item.empty() && wanted(query_, key)) {
    rows_.append(key, item);
  }
}

void RowCollector::add_erased(std::optional<std::string_view> blob) {
  if (blob && blob->size() >= model::kVersionBytes && *blob > erased_) erased_ = *blob;
}

Rows RowCollector::take() {
  if (own_.empty() && erased_.empty()) return std::move(rows_);
  Rows answer;
  std::optional<model::Version> covered;
  if (!erased_.empty()) {
    covered = model::decode_version(erased_);
    model::append_register(own_, model::Register::kErased, erased_);
    own_ = model::drop_up_to(own_, *covered);
  }
  answer.append(model::kUserRow, own_);
  for (const auto& row : rows_) {
    if (!covered) {
      answer.append(row.row_key, row.item);
    } else if (const auto kept = model::drop_up_to(row.item, *covered); !kept.empty()) {
      answer.append(row.row_key, kept);
    }
  }
  return answer;
}

}  // namespace playhead::store
