#pragma once

#include "store/rows.h"

namespace playhead::apply {

// Both in key order; an item that both have is merged.
store::Rows merge_rows(store::Rows rows, const store::Rows& more);

}  // namespace playhead::apply
