#pragma once

// What the hub asks the state that it stands beside: a user's rows and sessions as a reader would see them now.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hashed_id.h"
#include "model/visible_row.h"
#include "push/session_now.h"

namespace playhead::push {

class UserState {
 public:
  struct Rows {
    std::span<const model::RowView> rows;  // in key order, the user's own among them; for the time of the call
    bool stale = false;
  };
  using Done = std::move_only_function<void(const Result<Rows>&)>;

  virtual ~UserState() = default;

  // All rows of the user, or with `row_key` that one and the user's own. What was merged before the call is in the
  // answer. `done` is called once, inline or on another thread.
  virtual void read(std::string user, std::optional<std::string> row_key, Done done) = 0;
  // Those that are live, newest first.
  virtual std::vector<SessionNow> sessions(const HashedId& user) = 0;
};

}  // namespace playhead::push
