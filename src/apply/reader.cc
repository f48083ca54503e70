#include "apply/reader.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "apply/merged_rows.h"
#include "model/item.h"

namespace playhead::apply {
namespace {

// When the row last changed, as bytes that compare.
std::string_view newest_version(std::string_view item) {
  std::string_view newest;
  for (model::RegisterCursor cursor(item); cursor; cursor.next()) {
    newest = std::max(newest, cursor.blob().substr(0, model::kVersionBytes));
  }
  return newest;
}

}  // namespace

void Reader::read(store::Query query, Done done) {
  // The view first, then the store: the other order loses what is flushed in between.
  auto unflushed = view_.copy(query);
  auto user = query.user;
  store_.read(std::move(query), [this, user = std::move(user), unflushed = std::move(unflushed),
                                 done = std::move(done)](Result<store::Rows> stored) mutable {
    if (!stored) return done(std::unexpected(std::move(stored.error())));
    auto rows = merged_rows(std::move(*stored), unflushed);
    done(UserRows(rows.size() > max_items_ ? bound(user, rows) : std::move(rows)));
  });
}

store::Rows Reader::bound(const std::string& user, const store::Rows& rows) {
  // The user row and the shows' rows hold what the viewer decided; only episodes are dropped. The key decides between
  // equal versions (an import gives thousands of episodes one time), so that the newest max_items_ always stay.
  using Age = std::pair<std::string_view, std::size_t>;
  std::vector<Age> episodes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!model::split_row_key(rows[i].row_key).episode.empty())
      episodes.emplace_back(newest_version(rows[i].item), i);
  }
  if (episodes.size() <= max_items_) return rows;
  const auto first_dropped = episodes.begin() + static_cast<std::ptrdiff_t>(max_items_);
  std::ranges::nth_element(episodes, first_dropped, std::greater{});
  std::vector<bool> drop(rows.size());
  for (const auto& [version, i] : std::span(first_dropped, episodes.end())) drop[i] = true;
  store::Rows kept, dropped;
  for (std::size_t i = 0; i < rows.size(); ++i) (drop[i] ? dropped : kept).append(rows[i].row_key, rows[i].item);
  flusher_.drop_rows(user, std::move(dropped));
  return kept;
}

}  // namespace playhead::apply
