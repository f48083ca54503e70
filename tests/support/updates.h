#pragma once

// Stamped updates and records in few words. All views are borrowed from the arguments: give literals, or keep them.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "model/record.h"
#include "model/reduce.h"
#include "store/rows.h"

namespace playhead::test {

using RowMap = std::map<std::string, std::string>;

inline model::Update position(std::string_view user, std::string_view episode, std::int64_t time_ms,
                              std::int64_t position_ms = 0) {
  return {.user = {user},
          .show = {"789"},
          .episode = {episode},
          .version = {.time_ms = time_ms},
          .received_ms = time_ms,
          .position_ms = position_ms,
          .eligible = true};
}

inline model::Update erasure(std::string_view user, std::int64_t up_to_ms) {
  return {.user = {user}, .version = {.time_ms = up_to_ms}, .received_ms = up_to_ms, .erase = true};
}

inline model::RowWrite row_of(const model::Update& update) {
  model::RowWrite row;
  model::reduce(update, row);
  return row;
}

inline std::string updates_of(std::initializer_list<model::Update> updates) {
  std::string bytes;
  for (const auto& update : updates) model::append_update(bytes, update);
  return bytes;
}

inline std::string record_of(std::initializer_list<model::Update> updates) {
  return model::record_header(0) + updates_of(updates);
}

inline RowMap map_of(const store::Rows& rows) {
  RowMap map;
  for (const auto& row : rows) map.emplace(row.row_key, row.item);
  return map;
}

}  // namespace playhead::test
