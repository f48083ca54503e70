#pragma once

// What nodes say to each other over the link (link/peers.h): protobuf messages, so that nodes of neighbouring
// releases understand each other; fields are only ever added.

#include <cstdint>
#include <string>
#include <string_view>

#include "apply/state_source.h"
#include "apply/user_rows.h"
#include "base/error.h"
#include "store/position_store.h"

namespace playhead::cluster {

// Kinds of requests on the link.
enum PeerRequest : std::uint32_t {
  kReadRows = 1,      // Query -> Rows
  kReadSessions = 2,  // user id as it is -> Sessions
  kFollow = 3,        // user id as it is -> a stream of Events, a snapshot first
  kWatching = 4,      // WatchingQuery -> Watching
};

//   message Query { string user = 1; optional string row_prefix = 2; bool exact = 3; }
std::string encode_query(const store::Query& query);
Result<store::Query> decode_query(std::string_view message);

//   message Rows { repeated Row rows = 1; bool stale = 2; message Row { bytes key = 1; bytes item = 2; } }
std::string encode_rows(const apply::UserRows& rows);
// Rows in key order and the flag; "peer-answer-broken" when they are not what they should be.
struct PeerRows {
  store::Rows rows;
  bool stale = false;
};
Result<PeerRows> decode_rows(std::string_view message);

//   message WatchingQuery { string show = 1; string episode = 2; }
struct WatchingQuery {
  std::string show, episode;
};
std::string encode_watching_query(const WatchingQuery& query);
Result<WatchingQuery> decode_watching_query(std::string_view message);

//   message Watching { uint64 sessions = 1; bool stale = 2; }
std::string encode_watching(const apply::Watching& watching);
Result<apply::Watching> decode_watching(std::string_view message);

}  // namespace playhead::cluster
