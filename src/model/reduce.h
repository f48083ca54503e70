#pragma once

// From a stamped update to what it writes: rows of registers to merge, the same bytes wherever and whenever
// it is done. Also the values inside registers, which only this file and its readers know.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/item.h"
#include "model/update.h"

namespace playhead::model {

// A row to merge into (update.user, row_key). Reused from update to update to save allocations.
struct RowWrite {
  std::string row_key;
  std::string item;  // empty: the update writes nothing (presence only)
};

// A mark writes its mark and ignores the position beside it. Erase gives the user row with kErased.
void reduce(const Update& update, RowWrite& out);

// Value of kResume and kProvisional. Views are borrowed from the blob.
struct PositionValue {
  bool show_integer = false;
  bool episode_integer = false;
  State state = State::kPlaying;
  std::int64_t position_ms = 0;
  std::string_view device;
  std::string_view session;
};

// Each takes a whole blob (version and value). Malformed values, which only a foreign writer could have made,
// read as their defaults: they must never stop a reader.
PositionValue decode_position(std::string_view blob);
std::int64_t decode_milliseconds(std::string_view blob);  // kDuration, kCredits
IdView decode_next(std::string_view blob);

struct FlagValue {
  bool value = false;
  bool show_integer = false;
  bool episode_integer = false;
};
FlagValue decode_flag(std::string_view blob);  // kPlayed, kHidden

}  // namespace playhead::model
