#pragma once

// What whoever begins to follow a user is told first.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/version.h"
#include "model/visible_row.h"
#include "push/event.h"
#include "push/session_now.h"

namespace playhead::push {

// How far the user was erased, as the user's own row says it, or the rows with it as the first.
std::optional<model::Version> erased_by(std::string_view user_row);
std::optional<model::Version> erased_in(std::span<const model::RowView> rows);

// The newest of the user's rows, which are in key order.
Event snapshot_of(std::string user, std::span<const model::RowView> rows, std::vector<SessionNow> sessions,
                  const std::optional<model::Version>& erased, bool stale);

}  // namespace playhead::push
