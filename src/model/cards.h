#pragma once

// Which cards a user's home page has: History::continue_watching in its parts.

#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "model/history.h"

namespace playhead::model {

class CardList {
 public:
  // As History's.
  CardList(std::span<const RowView> rows, const Thresholds& thresholds, const std::optional<Version>& erased);

  // As History::continue_watching.
  std::vector<Card> newest_first(std::size_t limit, const std::optional<ListPlace>& after) const;

 private:
  // The rows of one show, or one row without a show, which may become a card. `version` and `key` are at first those
  // of the newest act, and the card's own, which are never newer, once it is known.
  struct Group {
    std::span<const RowView> rows;
    Version version;
    std::string_view key;
    std::optional<std::size_t> card;
    bool operator<(const Group& other) const;
  };

  std::vector<Group> groups() const;
  std::optional<Group> group_of(std::span<const RowView> rows) const;
  // The newest act in the group that makes a card, read.
  std::optional<Episode> newest_act(const Group& group) const;
  std::optional<Card> card_of(const Group& group) const;
  Card next_in_show(const Episode& finished, std::span<const RowView> show_rows) const;
  Card next_without_show(const Episode& finished) const;
  std::optional<Episode> find(std::span<const RowView> rows, std::string_view row_key) const;

  std::span<const RowView> rows_;
  std::span<const RowView> without_show_;
  const Thresholds& thresholds_;
  const std::optional<Version>& erased_;
};

}  // namespace playhead::model
