#pragma once

// A record, taken apart by user: what a log of several partitions stores, each piece under its user's key.
// Consecutive updates of one user stay together, so that a phone's upload after a week is a few records and not a
// thousand.

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace playhead::model {

// UserRuns::header() and then `updates` is a record.
struct UserRun {
  std::string_view user;
  std::string_view updates;
};

class UserRuns {
 public:
  // A run of several updates is at most `most_bytes` long. `record` outlives this and what it returns.
  UserRuns(std::string_view record, std::size_t most_bytes);

  // What comes before the record's first update: its version and time.
  std::string_view header() const { return header_; }

  // The next run, borrowed from the record; nothing at the end. Fails with "record-corrupt" when what follows is no
  // update with a user. Only framing and user are looked at: the record is one that this process has just made.
  Result<std::optional<UserRun>> next();

 private:
  std::string_view header_;
  std::string_view rest_;
  std::size_t most_bytes_;
};

}  // namespace playhead::model
