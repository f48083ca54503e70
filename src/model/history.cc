#include "model/history.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace playhead::model {
namespace {

// The registers of one row that count: not erased, not removed.
struct Visible {
  std::array<std::string_view, 9> blob{};
  std::string_view operator[](Register id) const { return blob[static_cast<std::size_t>(id)]; }
};

Visible visible(std::string_view item, const std::optional<std::int64_t>& erased_up_to) {
  Visible seen;
  for (RegisterCursor cursor(item); cursor; cursor.next()) {
    const auto index = static_cast<std::size_t>(cursor.id());
    if (index >= seen.blob.size()) continue;  // of a newer program
    if (erased_up_to && decode_version(cursor.blob()).time_ms <= *erased_up_to) continue;
    seen.blob[index] = cursor.blob();
  }
  const auto hidden = seen[Register::kHidden];
  if (hidden.empty()) return seen;
  const auto removed = hidden.substr(0, kVersionBytes);
  for (const auto id : {Register::kResume, Register::kProvisional, Register::kPlayed}) {
    auto& blob = seen.blob[static_cast<std::size_t>(id)];
    if (blob.substr(0, kVersionBytes) <= removed) blob = {};
  }
  return seen;
}

bool newer(const Version& a, std::string_view a_key, const Version& b, std::string_view b_key) {
  return std::tie(a, a_key) > std::tie(b, b_key);
}

// Keeps the `limit` newest of what comes after a place.
template <class T, class VersionOf, class KeyOf>
void newest_first(std::vector<T>& list, std::size_t limit, const std::optional<ListPlace>& after,
                  VersionOf version_of, KeyOf key_of) {
  if (after) {
    std::erase_if(list, [&](const T& entry) {
      return !newer(after->version, after->row_key, version_of(entry), key_of(entry));
    });
  }
  const auto end = list.begin() + static_cast<std::ptrdiff_t>(std::min(limit, list.size()));
  std::partial_sort(list.begin(), end, list.end(), [&](const T& a, const T& b) {
    return newer(version_of(a), key_of(a), version_of(b), key_of(b));
  });
  list.erase(end, list.end());
}

std::string_view key_of_ids(const RowIds& ids) {
  // Show and episode lie side by side in the row key, one zero byte between them.
  return {ids.show.data(), static_cast<std::size_t>(ids.episode.data() + ids.episode.size() - ids.show.data())};
}

}  // namespace

History::History(std::span<const RowView> rows, const Thresholds& thresholds) : rows_(rows), thresholds_(thresholds) {
  if (!rows.empty() && rows.front().row_key == kUserRow) {
    const auto erased = find_register(rows.front().item, Register::kErased);
    if (!erased.empty()) erased_up_to_ = decode_version(erased).time_ms;
  }
}

std::optional<Episode> History::read(const RowView& row) const {
  const auto ids = split_row_key(row.row_key);
  if (ids.episode.empty()) return std::nullopt;
  const auto seen = visible(row.item, erased_up_to_);
  const auto played = seen[Register::kPlayed];
  auto position = seen[Register::kResume];
  Episode episode{.ids = ids, .has_position = !position.empty()};
  if (position.empty()) position = seen[Register::kProvisional];
  if (position.empty() && played.empty()) return std::nullopt;
  episode.provisional = !episode.has_position && !position.empty();

  if (const auto duration = seen[Register::kDuration]; !duration.empty()) {
    episode.duration_ms = decode_milliseconds(duration);
  }
  if (const auto next = seen[Register::kNext]; !next.empty()) episode.next_episode = decode_next(next);
  if (!position.empty()) {
    const auto value = decode_position(position);
    episode.show_integer = value.show_integer;
    episode.episode_integer = value.episode_integer;
    episode.position_ms = value.position_ms;
    if (episode.duration_ms) episode.position_ms = std::min(episode.position_ms, *episode.duration_ms);
    episode.state = value.state;
    episode.device = value.device;
    episode.session = value.session;
    episode.updated = decode_version(position);
    std::optional<std::int64_t> credits;
    if (const auto blob = seen[Register::kCredits]; !blob.empty()) credits = decode_milliseconds(blob);
    episode.finished =
        episode.has_position && finished(episode.position_ms, episode.duration_ms, credits, thresholds_);
    episode.begun = episode.has_position && started(episode.position_ms, episode.duration_ms, thresholds_);
  }
  if (!played.empty()) {
    const auto flag = decode_flag(played);
    episode.watched = flag.value;
    // At the same version the position and the flag come from one update: then the flag is the fuller answer.
    if (position.empty() || played.substr(0, kVersionBytes) >= position.substr(0, kVersionBytes) ||
        (episode.provisional && flag.value)) {
      episode.finished = flag.value;
      episode.unwatched = !flag.value;
      episode.updated = std::max(episode.updated, decode_version(played));
      if (position.empty()) {
        episode.show_integer = flag.show_integer;
        episode.episode_integer = flag.episode_integer;
      }
    }
  }
  episode.watched |= episode.finished;
  episode.start_at_ms = episode.finished || episode.unwatched ? 0 : episode.position_ms;
  return episode;
}

std::optional<Episode> History::resume(std::optional<std::string_view> show,
                                       std::optional<std::string_view> episode) const {
  std::optional<Episode> best;
  for (const auto& row : rows_) {
    const auto ids = split_row_key(row.row_key);
    if ((show && ids.show != *show) || (episode && ids.episode != *episode)) continue;
    auto candidate = read(row);
    if (!candidate) continue;
    const auto rank = [](const Episode& e) { return std::tie(e.has_position, e.updated, e.ids.episode); };
    if (!best || rank(*candidate) > rank(*best)) best = std::move(candidate);
  }
  return best;
}

Card History::next_card(const Episode& finished, std::span<const RowView> show_rows) const {
  Card card{.next = true,
            .show = {finished.ids.show, finished.show_integer},
            .episode = finished.next_episode,
            .version = finished.updated,
            .anchor = key_of_ids(finished.ids)};
  // Whoever watched out of order has seen what follows, too: go on to the first that is not, or give up on a
  // circle.
  for (std::size_t hops = 0; hops < show_rows.size(); ++hops) {
    card.state.reset();
    const auto row = std::ranges::find_if(
        show_rows, [&](const RowView& r) { return split_row_key(r.row_key).episode == card.episode.text; });
    if (row == show_rows.end()) return card;
    card.state = read(*row);
    if (!card.state || !card.state->finished) return card;
    card.episode = card.state->next_episode;
    if (!card.episode.present()) return card;
  }
  card.episode = {};
  return card;
}

std::optional<Card> History::card_of(std::span<const RowView> show_rows) const {
  std::optional<Episode> newest;
  std::string_view show_hidden;
  for (const auto& row : show_rows) {
    if (split_row_key(row.row_key).episode.empty()) {
      show_hidden = visible(row.item, erased_up_to_)[Register::kHidden].substr(0, kVersionBytes);
      continue;
    }
    const auto episode = read(row);
    if (!episode || episode->unwatched || !(episode->finished || episode->begun)) continue;
    if (!newest || newer(episode->updated, episode->ids.episode, newest->updated, newest->ids.episode)) {
      newest = episode;
    }
  }
  if (!newest) return std::nullopt;
  if (!show_hidden.empty() && newest->updated <= decode_version(show_hidden)) return std::nullopt;
  if (newest->finished) {
    if (!newest->next_episode.present()) return std::nullopt;
    auto card = next_card(*newest, show_rows);
    return card.episode.present() ? std::optional(card) : std::nullopt;
  }
  return Card{.show = {newest->ids.show, newest->show_integer},
              .episode = {newest->ids.episode, newest->episode_integer},
              .state = newest,
              .version = newest->updated,
              .anchor = key_of_ids(newest->ids)};
}

std::vector<Card> History::continue_watching(std::size_t limit, const std::optional<ListPlace>& after) const {
  std::vector<Card> cards;
  for (std::size_t begin = 0; begin < rows_.size();) {
    const auto show = split_row_key(rows_[begin].row_key).show;
    std::size_t end = begin + 1;
    // Items without a show stand alone.
    while (!show.empty() && end < rows_.size() && split_row_key(rows_[end].row_key).show == show) ++end;
    if (auto card = card_of(rows_.subspan(begin, end - begin))) cards.push_back(*card);
    begin = end;
  }
  newest_first(
      cards, limit + 1, after, [](const Card& c) { return c.version; }, [](const Card& c) { return c.anchor; });
  return cards;
}

std::vector<Episode> History::episodes(std::size_t limit, const std::optional<ListPlace>& after,
                                       std::int64_t since_ms,
                                       const std::function<bool(const RowIds&)>& selected) const {
  std::vector<Episode> list;
  for (const auto& row : rows_) {
    if (!selected(split_row_key(row.row_key))) continue;
    auto episode = read(row);
    if (episode && episode->updated.time_ms >= since_ms) list.push_back(*episode);
  }
  newest_first(
      list, limit + 1, after, [](const Episode& e) { return e.updated; },
      [](const Episode& e) { return key_of_ids(e.ids); });
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
