#pragma once

// Rows of two places as one: what every read does with what the store does not have yet.

#include "store/rows.h"

namespace playhead::apply {

// Both in key order, and so is the answer; rows of both are merged.
store::Rows merged_rows(store::Rows stored, const store::Rows& unflushed);

}  // namespace playhead::apply
