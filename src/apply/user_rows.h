#pragma once

// A read's answer: a user's merged rows in key order, and views of them for model::History.

#include <span>
#include <utility>
#include <vector>

#include "model/history.h"
#include "store/rows.h"

namespace playhead::apply {

class UserRows {
 public:
  UserRows() = default;
  // `stale`: something newer may be known to those who could not be asked.
  explicit UserRows(store::Rows rows, bool stale = false) : rows_(std::move(rows)), stale_(stale) {
    views_.reserve(rows_.size());
    for (const auto& row : rows_) views_.push_back({row.row_key, row.item});
  }
  std::span<const model::RowView> rows() const { return views_; }
  bool stale() const { return stale_; }
  // What rows() showed goes along.
  store::Rows take() && {
    views_.clear();
    return std::move(rows_);
  }

 private:
  store::Rows rows_;
  std::vector<model::RowView> views_;
  bool stale_ = false;
};

}  // namespace playhead::apply
