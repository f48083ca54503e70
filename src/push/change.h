#pragma once

// Whether a change of an item is one that a viewer could see, and of what kind. Pure.

#include <optional>
#include <string_view>

#include "model/item.h"
#include "model/version.h"
#include "push/event.h"

namespace playhead::push {

// `before` and `after` are states of one row, empty for none. Nothing when readers see the same as before: an update
// that lost, or one that only told more of what can't be seen.
std::optional<EventKind> change_of(std::string_view row_key, std::string_view before, std::string_view after,
                                   const std::optional<model::Version>& erased);

// Of a row that is now `merged`: what change_of() would say if `said`, one or more updates' registers, had come last.
// For rows that were read after they were merged: what won is in both.
std::optional<EventKind> change_by(std::string_view row_key, std::string_view said, std::string_view merged,
                                   const std::optional<model::Version>& erased);

}  // namespace playhead::push
