#include "model/history.h"

#include <algorithm>
#include <tuple>

#include "model/cards.h"

namespace playhead::model {

Episode read_episode(const RowView& row, const VisibleRow& visible, const Thresholds& thresholds,
                     const std::optional<Version>& erased) {
  Episode episode{.ids = split_row_key(row.row_key), .has_position = visible.has_position};
  const auto milliseconds = [&](Register id) -> std::optional<std::int64_t> {
    const auto blob = find_visible(row.item, id, erased);
    return blob.empty() ? std::nullopt : std::optional(decode_milliseconds(blob));
  };
  episode.duration_ms = milliseconds(Register::kDuration);
  episode.next_episode = decode_next(find_visible(row.item, Register::kNext, erased));
  episode.updated = decode_version(visible.updated);
  if (!visible.position.empty()) {
    const auto value = decode_position(visible.position);
    episode.provisional = !visible.has_position;
    episode.show_integer = value.show_integer;
    episode.episode_integer = value.episode_integer;
    episode.position_ms = value.position_ms;
    if (episode.duration_ms) episode.position_ms = std::min(episode.position_ms, *episode.duration_ms);
    episode.state = value.state;
    episode.device = value.device;
    episode.session = value.session;
  }
  if (visible.has_position) {
    const auto credits = milliseconds(Register::kCredits);
    episode.finished = finished(episode.position_ms, episode.duration_ms, credits, thresholds);
    episode.begun = started(episode.position_ms, episode.duration_ms, thresholds);
  }
  if (!visible.played.empty()) {
    const auto flag = decode_flag(visible.played);
    episode.watched = flag.value;
    // At the same version the position and the flag come from one update: then the flag is the fuller answer.
    if (visible.flag_decides) {
      episode.finished = flag.value;
      episode.unwatched = !flag.value;
    }
    if (visible.position.empty()) {
      episode.show_integer = flag.show_integer;
      episode.episode_integer = flag.episode_integer;
    }
  }
  episode.watched |= episode.finished;
  episode.start_at_ms = episode.finished || episode.unwatched ? 0 : episode.position_ms;
  return episode;
}

namespace {

// The rows of one show.
std::span<const RowView> rows_of_show(std::span<const RowView> rows, std::string_view show) {
  const auto prefix = show_prefix(show);
  const auto begins = [&](const RowView& row) { return row.row_key.substr(0, prefix.size()); };
  const auto found = std::ranges::equal_range(rows, std::string_view(prefix), {}, begins);
  return {found.begin(), found.end()};
}

bool is_episode(const RowView& row, std::string_view episode) {
  const auto show_size = row.row_key.size() - std::min(row.row_key.size(), episode.size());
  return row.row_key.ends_with(episode) && (show_size == 0 || row.row_key[show_size - 1] == '\0');
}

}  // namespace

History::History(std::span<const RowView> rows, const Thresholds& thresholds) : rows_(rows), thresholds_(thresholds) {
  if (!rows.empty() && rows.front().row_key == kUserRow) {
    const auto erased = find_register(rows.front().item, Register::kErased);
    if (!erased.empty()) erased_ = decode_version(erased);
  }
}

std::optional<Episode> History::resume(std::optional<std::string_view> show,
                                       std::optional<std::string_view> episode) const {
  std::optional<VisibleRow> best;
  RowView best_row;
  // Where it stopped, or the last act for those that were never really played.
  const auto rank = [](const VisibleRow& seen, const RowView& row) {
    return std::tuple(seen.has_position, version_bytes(seen.has_position ? seen.position : seen.updated),
                      row.row_key);
  };
  for (const auto& row : show ? rows_of_show(rows_, *show) : rows_) {
    if (row.whole() || (episode && !is_episode(row, *episode))) continue;
    // kResume comes first in an item: when it is missing or older than the best, the rest needs no look.
    if (best && best->has_position) {
      const RegisterCursor first(row.item);
      if (!first || first.id() != Register::kResume || version_bytes(first.blob()) < version_bytes(best->position)) {
        continue;
      }
    }
    const auto candidate = look_at(row.item, erased_);
    if (!candidate || (best && rank(*candidate, row) <= rank(*best, best_row))) continue;
    best = candidate;
    best_row = row;
  }
  if (!best) return std::nullopt;
  return read_episode(best_row, *best, thresholds_, erased_);
}

std::vector<Card> History::continue_watching(std::size_t limit, const std::optional<ListPlace>& after) const {
  return CardList(rows_, thresholds_, erased_).newest_first(limit, after);
}

std::vector<Episode> History::episodes(std::size_t limit, const std::optional<ListPlace>& after,
                                       std::int64_t since_ms,
                                       const std::function<bool(const RowIds&)>& selected) const {
  struct Found {
    VisibleRow seen;
    RowView row;
    bool operator>(const Found& other) const {
      return std::tie(seen.updated, row.row_key) > std::tie(other.seen.updated, other.row.row_key);
    }
  };
  // A heap of the newest so far, the oldest of them on top: what is older costs one look.
  std::vector<Found> newest;
  for (const auto& row : rows_) {
    if (row.whole() || (selected && !selected(split_row_key(row.row_key)))) continue;
    const auto visible = look_at(row.item, erased_);
    if (!visible) continue;
    const Found found{*visible, row};
    const auto version = decode_version(visible->updated);
    if (version.time_ms < since_ms) continue;
    if (after && std::tie(version, row.row_key) >= std::tuple(after->version, std::string_view(after->row_key))) {
      continue;
    }
    if (newest.size() > limit) {
      if (!(found > newest.front())) continue;
      std::pop_heap(newest.begin(), newest.end(), std::greater{});
      newest.pop_back();
    }
    newest.push_back(found);
    std::push_heap(newest.begin(), newest.end(), std::greater{});
  }
  std::sort_heap(newest.begin(), newest.end(), std::greater{});
  std::vector<Episode> list;
  list.reserve(newest.size());
  for (const auto& found : newest) list.push_back(read_episode(found.row, found.seen, thresholds_, erased_));
  return list;
}

std::uint64_t History::greatest_counter() const {
  std::uint64_t greatest = 0;
  for (const auto& row : rows_) {
    for (RegisterCursor cursor(row.item); cursor; cursor.next()) {
      greatest = std::max(greatest, decode_version(cursor.blob()).counter);
    }
  }
  return greatest;
}

}  // namespace playhead::model
