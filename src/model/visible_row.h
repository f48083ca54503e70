#pragma once

// What counts of one row: everything but what was erased or removed. Enough to select and order rows without decoding
// their values, since a user may have tens of thousands.

#include <optional>
#include <string_view>

#include "model/item.h"

namespace playhead::model {

struct RowView {
  std::string_view row_key;
  std::string_view item;

  // The row of a show as a whole, or of the user: no episode of its own.
  bool whole() const { return row_key.empty() || row_key.back() == '\0'; }
};

// Views are borrowed from the row.
struct VisibleRow {
  // The register that answers for the position: kResume, else kProvisional unless the episode was marked as watched,
  // which is the better answer. Empty when only a mark is known.
  std::string_view position;
  std::string_view played;    // kPlayed, or empty
  bool has_position = false;  // `position` is kResume
  bool flag_decides = false;  // kPlayed is at least as new as `position`
  // The encoded version of the last act.
  std::string_view updated;
};

// The version in front of a register's blob, which compares as the version does.
inline std::string_view version_bytes(std::string_view blob) { return blob.substr(0, kVersionBytes); }

// Whether an erasure covers a register. `erased` is the version of the user's kErased: what comes before it in the
// order is gone, and what is of its time or older as well, whatever its counter.
bool is_erased(std::string_view blob, const std::optional<Version>& erased);

// Nothing of `item` counts: nothing is returned.
std::optional<VisibleRow> look_at(std::string_view item, const std::optional<Version>& erased);

// A register's blob, empty when the item has none that counts.
std::string_view find_visible(std::string_view item, Register id, const std::optional<Version>& erased);

}  // namespace playhead::model
