#pragma once

// The state of a process that has all of it: the embedded program.

#include <string>
#include <utility>

#include "apply/reader.h"
#include "apply/state_source.h"
#include "push/presence.h"

namespace playhead::apply {

class LocalState final : public StateSource {
 public:
  LocalState(Reader& reader, push::Presence& presence) : reader_(reader), presence_(presence) {}

  void read(store::Query query, RowsDone done) override { reader_.read(std::move(query), std::move(done)); }
  void sessions(std::string user, SessionsDone done) override {
    done(UserSessions{.sessions = presence_.sessions(user)});
  }
  void watching(const std::string& show, const std::string& episode, WatchingDone done) override {
    presence_.expire_all();
    const auto& counts = presence_.watching();
    done(Watching{.sessions = episode.empty() ? counts.of_show(show)
                              : show.empty()  ? counts.of_episode(episode)
                                              : counts.of_episode(show, episode)});
  }

 private:
  Reader& reader_;
  push::Presence& presence_;
};

}  // namespace playhead::apply
