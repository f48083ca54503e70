#pragma once

// What nodes tell each other of a user's sessions and changes, as peer_messages.h says the rest.

#include <string>
#include <string_view>

#include "apply/state_source.h"
#include "base/error.h"
#include "push/event.h"

namespace playhead::cluster {

//   message Sessions { repeated Session sessions = 1; bool stale = 2; }
//   message Session {
//     string session = 1; string device = 2; string show = 3; string episode = 4; uint32 integers = 5 (1 show, 2
//     episode); int64 position_ms = 6; uint32 state = 7; uint64 counter = 8; int64 time_ms = 9; uint64 seq = 10;
//   }
std::string encode_sessions(const apply::UserSessions& sessions);
Result<apply::UserSessions> decode_sessions(std::string_view message);

//   message Event {
//     uint32 kind = 1; repeated Row rows = 2; Version erased = 3; repeated Session sessions = 4; bool stale = 5;
//     string show = 6; string episode = 7; string device = 8; uint32 integers = 9; Version version = 10;
//   }
//   message Version { uint64 counter = 1; int64 time_ms = 2; uint64 seq = 3; }
std::string encode_event(const push::Event& event);
// `user` is whom the stream is about.
Result<push::Event> decode_event(std::string_view message, std::string_view user);

}  // namespace playhead::cluster
