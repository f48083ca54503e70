#include "model/cards.h"

#include <algorithm>
#include <tuple>

namespace playhead::model {
namespace {

// Worth a card: seen in part, or to its end with something that may follow.
bool makes_card(const Episode& episode) { return !episode.unwatched && (episode.finished || episode.begun); }

std::string_view row_key_of(const RowIds& ids) {
  // Show and episode lie side by side in the row key, one zero byte between them.
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the whole key, not the show alone
  return {ids.show.data(), static_cast<std::size_t>(ids.episode.data() + ids.episode.size() - ids.show.data())};
}

Card card_after(const Episode& finished) {
  return {.next = true,
          .show = {finished.ids.show, finished.show_integer},
          .episode = finished.next_episode,
          .version = finished.updated,
          .anchor = row_key_of(finished.ids)};
}

}  // namespace

bool CardList::Group::operator<(const Group& other) const {
  return std::tie(version, key) < std::tie(other.version, other.key);
}

CardList::CardList(std::span<const RowView> rows, const Thresholds& thresholds, const std::optional<Version>& erased)
    : rows_(rows), thresholds_(thresholds), erased_(erased) {
  const auto with_show =
      std::ranges::partition_point(rows, [](const RowView& r) { return r.row_key.starts_with('\0'); });
  without_show_ = {rows.begin(), with_show};
}

std::optional<Episode> CardList::find(std::span<const RowView> rows, std::string_view row_key) const {
  const auto row = std::ranges::lower_bound(rows, row_key, {}, &RowView::row_key);
  if (row == rows.end() || row->row_key != row_key) return std::nullopt;
  const auto visible = look_at(row->item, erased_);
  if (!visible) return std::nullopt;
  return read_episode(*row, *visible, thresholds_, erased_);
}

Card CardList::next_in_show(const Episode& finished, std::span<const RowView> show_rows) const {
  auto card = card_after(finished);
  // Whoever watched out of order has seen what follows, too: go on to the first that is not, or give up on a
  // circle.
  for (std::size_t hops = 0; card.episode.present() && hops < show_rows.size(); ++hops) {
    card.state = find(show_rows, row_key(finished.ids.show, card.episode.text));
    if (!card.state || !card.state->finished) return card;
    card.episode = card.state->next_episode;
  }
  card.episode = {};
  return card;
}

Card CardList::next_without_show(const Episode& finished) const {
  auto card = card_after(finished);
  card.state = find(without_show_, row_key({}, card.episode.text));
  // What follows speaks for itself then.
  if (card.state && makes_card(*card.state)) card.episode = {};
  return card;
}

std::optional<Episode> CardList::newest_act(const Group& group) const {
  const auto hidden = find_visible(group.rows.front().whole() ? group.rows.front().item : std::string_view{},
                                   Register::kHidden, erased_);
  if (hidden.empty()) {
    // Most often the newest act of all makes the card.
    auto newest = find(group.rows, group.key);
    if (newest && makes_card(*newest)) return newest;
  }
  bool back = hidden.empty();
  std::optional<Episode> newest;
  std::string_view newest_version, newest_key;
  for (const auto& row : group.rows) {
    const auto visible = row.whole() ? std::nullopt : look_at(row.item, erased_);
    if (!visible) continue;
    const bool since_hidden =
        !back && visible->has_position && version_bytes(visible->position) > version_bytes(hidden);
    const bool is_newer = std::tie(visible->updated, row.row_key) > std::tie(newest_version, newest_key);
    if (!since_hidden && !is_newer) continue;
    const auto episode = read_episode(row, *visible, thresholds_, erased_);
    if (!makes_card(episode)) continue;
    back |= since_hidden;
    if (!is_newer) continue;
    newest = episode;
    newest_version = visible->updated;
    newest_key = row.row_key;
  }
  return back ? newest : std::nullopt;
}

std::optional<Card> CardList::card_of(const Group& group) const {
  const auto newest = newest_act(group);
  if (!newest) return std::nullopt;
  if (!newest->finished) {
    return Card{.show = {newest->ids.show, newest->show_integer},
                .episode = {newest->ids.episode, newest->episode_integer},
                .state = newest,
                .version = newest->updated,
                .anchor = row_key_of(newest->ids)};
  }
  const auto card = newest->ids.show.empty() ? next_without_show(*newest) : next_in_show(*newest, group.rows);
  return card.episode.present() ? std::optional(card) : std::nullopt;
}

std::optional<CardList::Group> CardList::group_of(std::span<const RowView> rows) const {
  std::string_view version, key;
  for (const auto& row : rows) {
    const auto visible = row.whole() ? std::nullopt : look_at(row.item, erased_);
    if (!visible || std::tie(visible->updated, row.row_key) <= std::tie(version, key)) continue;
    version = visible->updated;
    key = row.row_key;
  }
  if (version.empty()) return std::nullopt;
  return Group{.rows = rows, .version = decode_version(version), .key = key};
}

std::vector<CardList::Group> CardList::groups() const {
  std::vector<Group> list;
  for (std::size_t begin = 0; begin < rows_.size();) {
    std::size_t end = begin + 1;
    if (begin >= without_show_.size()) {
      const auto prefix = rows_[begin].row_key.substr(0, rows_[begin].row_key.find('\0') + 1);
      while (end < rows_.size() && rows_[end].row_key.starts_with(prefix)) ++end;
    }
    if (const auto group = group_of(rows_.subspan(begin, end - begin))) list.push_back(*group);
    begin = end;
  }
  return list;
}

std::vector<Card> CardList::newest_first(std::size_t limit, const std::optional<ListPlace>& after) const {
  // Best first: a group's card is worked out only when nothing newer is left, so a page costs its own length and one
  // look at each row.
  auto heap = groups();
  std::make_heap(heap.begin(), heap.end());
  std::vector<Card> known, page;
  std::unordered_set<std::string_view> followed;
  while (!heap.empty() && page.size() <= limit) {
    std::pop_heap(heap.begin(), heap.end());
    auto group = heap.back();
    heap.pop_back();
    if (!group.card) {
      const auto card = card_of(group);
      if (!card) continue;
      group.card = known.size();
      known.push_back(*card);
      group.version = card->version;
      group.key = card->anchor;
      heap.push_back(group);
      std::push_heap(heap.begin(), heap.end());
      continue;
    }
    const auto& card = known[*group.card];
    if (card.next && card.show.text.empty() && !followed.insert(card.episode.text).second) continue;
    const bool shown =
        after && std::tie(card.version, card.anchor) >= std::tuple(after->version, std::string_view(after->row_key));
    if (!shown) page.push_back(card);
  }
  return page;
}

}  // namespace playhead::model
