#include "apply/reader.h"

#include <algorithm>

#include "model/item.h"

namespace playhead::apply {
namespace {

// Both in key order.
std::vector<store::StoredItem> merge_rows(std::vector<store::StoredItem> stored,
                                          std::vector<store::StoredItem> unflushed) {
  if (unflushed.empty()) return stored;
  std::vector<store::StoredItem> merged;
  merged.reserve(stored.size() + unflushed.size());
  auto a = stored.begin();
  auto b = unflushed.begin();
  while (a != stored.end() || b != unflushed.end()) {
    if (b == unflushed.end() || (a != stored.end() && a->row_key < b->row_key)) {
      merged.push_back(std::move(*a++));
    } else {
      if (a != stored.end() && a->row_key == b->row_key) model::merge_items(b->item, (a++)->item);
      merged.push_back(std::move(*b++));
    }
  }
  return merged;
}

// When the row last changed, as bytes that compare.
std::string_view newest_version(std::string_view item) {
  std::string_view newest;
  for (model::RegisterCursor cursor(item); cursor; cursor.next()) {
    newest = std::max(newest, cursor.blob().substr(0, model::kVersionBytes));
  }
  return newest;
}

}  // namespace

UserRows::UserRows(std::vector<store::StoredItem> rows) : rows_(std::move(rows)) {
  views_.reserve(rows_.size());
  for (const auto& row : rows_) views_.push_back({row.row_key, row.item});
}

void Reader::read(store::Query query, Done done) {
  // The view first, then the store: the other order loses what is flushed in between.
  std::vector<store::StoredItem> unflushed;
  view_.copy(query, unflushed);
  auto user = query.user;
  store_.read(std::move(query), [this, user = std::move(user), unflushed = std::move(unflushed),
                                 done = std::move(done)](auto stored) mutable {
    if (!stored) return done(std::unexpected(std::move(stored.error())));
    auto rows = merge_rows(std::move(*stored), std::move(unflushed));
    if (rows.size() > max_items_) bound(user, rows);
    done(UserRows(std::move(rows)));
  });
}

void Reader::bound(const std::string& user, std::vector<store::StoredItem>& rows) {
  // The user row and the shows' rows hold what the viewer decided; only episodes are dropped.
  const auto is_episode = [](const store::StoredItem& row) {
    return !model::split_row_key(row.row_key).episode.empty();
  };
  const auto episodes = std::stable_partition(rows.begin(), rows.end(), std::not_fn(is_episode));
  const auto begin = episodes - rows.begin();
  if (rows.size() - static_cast<std::size_t>(begin) > max_items_) {
    const auto last = episodes + static_cast<std::ptrdiff_t>(max_items_);
    std::nth_element(episodes, last, rows.end(),
                     [](const auto& a, const auto& b) { return newest_version(a.item) > newest_version(b.item); });
    std::vector<store::StoredItem> oldest(std::make_move_iterator(last), std::make_move_iterator(rows.end()));
    rows.erase(last, rows.end());
    flusher_.drop_rows(user, std::move(oldest));
  }
  std::ranges::sort(rows, {}, &store::StoredItem::row_key);
}

}  // namespace playhead::apply
