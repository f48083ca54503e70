#pragma once

// Short ways to say what happened, for tests of the model: times are small numbers, and a user's rows are a map.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/history.h"
#include "model/item.h"
#include "model/reduce.h"
#include "model/stamping.h"
#include "model/update.h"

namespace playhead::model::test {

inline constexpr std::int64_t kSecond = 1'000, kMinute = 60'000, kHour = 3'600'000;

// An eligible position of `show`/`episode`, stamped `time_ms`.
inline Update played(std::string_view show, std::string_view episode, std::int64_t time_ms,
                     std::int64_t position_ms) {
  return {.user = {"ann", false},
          .show = {show, false},
          .episode = {episode, false},
          .version = {.time_ms = time_ms},
          .received_ms = time_ms,
          .position_ms = position_ms,
          .eligible = true};
}

inline Update provisional(std::string_view show, std::string_view episode, std::int64_t time_ms,
                          std::int64_t position_ms) {
  auto update = played(show, episode, time_ms, position_ms);
  update.eligible = false;
  return update;
}

// To the end of an hour, followed by `next` (which may be empty).
inline Update finished_hour(std::string_view show, std::string_view episode, std::int64_t time_ms,
                            std::string_view next) {
  auto update = played(show, episode, time_ms, kHour);
  update.duration_ms = kHour;
  update.next_episode = {next, false};
  update.finished = true;
  return update;
}

inline Update marked(std::string_view show, std::string_view episode, std::int64_t time_ms, Mark mark) {
  auto update = played(show, episode, time_ms, 0);
  update.position_ms.reset();
  update.eligible = false;
  update.mark = mark;
  return update;
}

inline Update erased(std::int64_t time_ms, std::uint64_t counter = 0) {
  return erasure({"ann", false}, time_ms, counter);
}

// One user's rows, merged as a store would.
class Rows {
 public:
  Rows() = default;
  Rows(std::initializer_list<Update> updates) {
    for (const auto& update : updates) apply(update);
  }
  void apply(const Update& update) {
    RowWrite write;
    reduce(update, write);
    if (!write.item.empty()) merge_items(rows_[write.row_key], write.item);
  }
  void merge(const Rows& other) {
    for (const auto& [key, item] : other.rows_) merge_items(rows_[key], item);
  }
  void drop_up_to(const Version& erased) {
    for (auto& [key, item] : rows_) item = model::drop_up_to(item, erased);
    std::erase_if(rows_, [](const auto& row) { return row.second.empty(); });
  }
  std::string& at(std::string_view show, std::string_view episode) { return rows_[row_key(show, episode)]; }
  // Valid until the rows change.
  History history(const Thresholds& thresholds = {}) {
    views_.clear();
    for (const auto& [key, item] : rows_) views_.push_back({key, item});
    return {views_, thresholds};
  }
  const std::map<std::string, std::string>& map() const { return rows_; }

 private:
  std::map<std::string, std::string> rows_;
  std::vector<RowView> views_;
};

}  // namespace playhead::model::test
