#pragma once

// What a user's rows mean to a reader: where to start, what to continue, what was seen. Pure: the caller has
// merged the rows; nothing here is ever written back.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/item.h"
#include "model/reduce.h"
#include "model/stamping.h"
#include "model/visible_row.h"

namespace playhead::model {

// One episode as a reader sees it: erased and removed parts are gone already. Views are borrowed from the
// rows.
struct Episode {
  RowIds ids;
  bool show_integer = false;
  bool episode_integer = false;
  bool has_position = false;  // from an eligible update
  bool provisional = false;   // only a provisional position is known
  std::int64_t position_ms = 0;
  std::int64_t start_at_ms = 0;  // where to start: 0 when finished or marked unwatched
  State state = State::kStopped;
  std::string_view device;
  std::string_view session;
  std::optional<std::int64_t> duration_ms;
  IdView next_episode;
  bool finished = false;   // the last act was seeing it to the end, or marking it watched
  bool watched = false;    // was ever, and wasn't marked unwatched since
  bool unwatched = false;  // the last act was marking it unwatched
  bool begun = false;      // started() holds for the position
  Version updated;         // of the last act
};

// `visible` is what look_at() found in the row.
Episode read_episode(const RowView& row, const VisibleRow& visible, const Thresholds& thresholds,
                     const std::optional<Version>& erased);

struct Card {
  bool next = false;  // true: nothing of `episode` need be seen yet, it follows a finished one
  IdView show;
  IdView episode;
  std::optional<Episode> state;  // of the card's own episode, where anything is known
  Version version;               // of the act that the card comes from: orders the list
  std::string_view anchor;       // row key of that act's item: decides between equal versions, the greater first
};

// Where a list goes on: everything at or before this (newest first) was shown already.
struct ListPlace {
  Version version;
  std::string row_key;
};

class History {
 public:
  // `rows` in key order, the user row among them if there is one; they outlive the history.
  History(std::span<const RowView> rows, const Thresholds& thresholds);

  // The episode where the user stopped last, among rows that `show` and `episode` (where given) select. A mark does
  // not move it: marking an old episode is not stopping there. Episodes known only provisionally, or only by a mark,
  // answer when there are no others.
  std::optional<Episode> resume(std::optional<std::string_view> show, std::optional<std::string_view> episode) const;

  // Newest first, strictly after `after`; at most `limit` and one more to tell that the list goes on. A show that was
  // hidden has a card again when an episode was played since. Items without a show have a card each, and those that
  // name the same next episode share the newest one's.
  std::vector<Card> continue_watching(std::size_t limit, const std::optional<ListPlace>& after) const;
  // Only what `selected` (when given) takes, and nothing whose last act is before `since_ms`.
  std::vector<Episode> episodes(std::size_t limit, const std::optional<ListPlace>& after, std::int64_t since_ms,
                                const std::function<bool(const RowIds&)>& selected = {}) const;

  // The greatest counter in any register; what counter mode hands out.
  std::uint64_t greatest_counter() const;

  // Everything up to this time is gone; nothing when the user never was erased.
  std::optional<std::int64_t> erased_up_to() const {
    return erased_ ? std::optional(erased_->time_ms) : std::nullopt;
  }

 private:
  std::span<const RowView> rows_;
  Thresholds thresholds_;
  std::optional<Version> erased_;
};

}  // namespace playhead::model
