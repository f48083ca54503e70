#pragma once

// Random histories of a few users, to hold a store against what merging is for: any order, repetition and split into
// batches gives the same bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/position_store.h"

namespace playhead::test {

inline constexpr std::array<const char*, 2> kUsers{"ann", "anna"};

// A row to merge, or an erasure of the user when `erase_up_to` is set.
struct Act {
  std::string user;
  std::string row_key;
  std::string item;
  std::optional<std::int64_t> erase_up_to;
};

struct History {
  std::vector<Act> acts;
  std::size_t batch = 1;  // acts a merge
};

// Plays a history as the applier would: an erasure is erase() and then the user's own row. Fails the test on an
// error.
// `realm` goes before each user's name.
void play(const History& history, const std::string& realm, store::PositionStore& store);

// Calls `play_anew` with variants of many random histories and requires the state that it returns, "user/row key" to
// item, to be the one that the acts mean.
void check_histories(const std::function<std::map<std::string, std::string>(const History&)>& play_anew);

}  // namespace playhead::test
