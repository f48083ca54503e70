#pragma once

// What the hub asks of a process that has the state itself.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apply/reader.h"
#include "push/presence.h"
#include "push/user_state.h"

namespace playhead::apply {

class FollowedState final : public push::UserState {
 public:
  // Both outlive it. The reader comes later, since it needs what the hub's applier feeds.
  explicit FollowedState(const push::Presence& presence) : presence_(presence) {}
  void attach(Reader& reader) { reader_ = &reader; }

  void read(std::string user, std::optional<std::string> row_key, Done done) override {
    const bool exact = row_key.has_value();
    reader_->read({.user = std::move(user), .row_prefix = std::move(row_key), .exact = exact},
                  [done = std::move(done)](const Result<UserRows>& rows) mutable {
                    if (!rows) return done(std::unexpected(rows.error()));
                    done(Rows{.rows = rows->rows(), .stale = rows->stale()});
                  });
  }
  std::vector<push::SessionNow> sessions(const HashedId& user) override { return presence_.sessions(user); }

 private:
  const push::Presence& presence_;
  Reader* reader_ = nullptr;
};

}  // namespace playhead::apply
