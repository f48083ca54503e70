#pragma once

// Whom a read asks what a user's state is now. Embedded: the view and the store of this process; in a cluster: the
// node that owns the user.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "apply/user_rows.h"
#include "base/error.h"
#include "push/presence.h"
#include "store/position_store.h"

namespace playhead::apply {

struct UserSessions {
  std::vector<push::SessionNow> sessions;  // newest first
  bool stale = false;                      // some may be missing or over: who knows of all of them does not answer
};

struct Watching {
  std::uint64_t sessions = 0;
  bool stale = false;  // some that count are not known here
};

class StateSource {
 public:
  using RowsDone = std::move_only_function<void(Result<UserRows>)>;
  using SessionsDone = std::move_only_function<void(Result<UserSessions>)>;
  using WatchingDone = std::move_only_function<void(Result<Watching>)>;

  virtual ~StateSource() = default;

  // The rows that `query` selects, merged from all that is known. `done` is called once, inline when memory has the
  // answer. Fails with "store-unavailable": then nothing is known, which is not the same as no rows. Any thread.
  virtual void read(store::Query query, RowsDone done) = 0;

  // What the user plays now. As read(). Any thread.
  virtual void sessions(std::string user, SessionsDone done) = 0;

  // How many sessions play this now; one of the two may be empty: a whole show, or the episode of whichever show.
  // Fails with "live-unavailable" where nobody counts. Any thread.
  virtual void watching(const std::string& /*show*/, const std::string& /*episode*/, WatchingDone done) {
    done(fail("live-unavailable", "This server does not count who watches."));
  }
};

}  // namespace playhead::apply
