#pragma once

// What an erased user's late uploads meet in every backend: registers at or before the erasure are not written again.

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "model/version.h"
#include "store/position_store.h"

namespace playhead::store {

// The version up to which the user's own row says that everything is gone; nothing when it doesn't.
std::optional<model::Version> erased_up_to(std::string_view user_row);

// The erasures among `writes` by user, which hold for the other rows of the same batch too. Borrowed from them.
using Erasures = std::unordered_map<std::string_view, model::Version>;
Erasures batch_erasures(std::span<const ItemWrite> writes);
std::optional<model::Version> find_erasure(const Erasures& erasures, std::string_view user);

}  // namespace playhead::store
