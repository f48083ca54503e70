#include "push/snapshot.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "model/history.h"
#include "model/item.h"

namespace playhead::push {
namespace {

constexpr std::size_t kSnapshotRows = 50;

}  // namespace

std::optional<model::Version> erased_by(std::string_view user_row) {
  const auto blob = model::find_register(user_row, model::Register::kErased);
  return blob.empty() ? std::nullopt : std::optional(model::decode_version(blob));
}

std::optional<model::Version> erased_in(std::span<const model::RowView> rows) {
  return !rows.empty() && rows.front().row_key == model::kUserRow ? erased_by(rows.front().item) : std::nullopt;
}

Event snapshot_of(std::string user, std::span<const model::RowView> rows, std::vector<SessionNow> sessions,
                  const std::optional<model::Version>& erased, bool stale) {
  Event event{.kind = EventKind::kSnapshot,
              .user = std::move(user),
              .erased = erased,
              .sessions = std::move(sessions),
              .stale = stale};
  const model::History history(rows, {});
  for (const auto& episode : history.episodes(kSnapshotRows - 1, {}, std::numeric_limits<std::int64_t>::min())) {
    const auto key = model::row_key(episode.ids.show, episode.ids.episode);
    const auto row = std::ranges::lower_bound(rows, std::string_view(key), {}, &model::RowView::row_key);
    event.rows.push_back({.row_key = key, .item = std::string(row->item)});
  }
  return event;
}

}  // namespace playhead::push
