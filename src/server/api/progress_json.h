#pragma once

// The body of POST /v1/progress: JSON in, heartbeats out. The one place that knows how an update is written,
// so that HTTP and WebSocket read it alike.
//
// A body is one update object, or {"updates": […]} with an optional "sentAt" for those that have none of
// their own. "token" may stand beside either. Fields with null are absent, fields that are not known are
// ignored. What breaks the JSON or the frame around the updates fails the whole body; what is wrong with one
// update of a batch fails that one.
//
// Codes of a whole body:
//   empty-body       no JSON at all              invalid-batch    "updates" is no array
//   invalid-utf8     bytes that are no UTF-8     empty-batch      "updates" holds nothing
//   invalid-json     not JSON (RFC 8259)         batch-too-large  more updates than max_batch
//   too-deep         more than kMaxDepth levels  invalid-token    "token" is no string
//   not-an-object    an array, a string, …       duplicate-key, invalid-time, time-in-seconds: as below
// Codes of one update (of the whole body when it is the only one):
//   not-an-object    the item is an array, a string, …
//   duplicate-key    a field that is known here appears twice
//   missing-user, missing-episode, missing-position
//   missing-show     "removed" without an episode hides a show, and needs one
//   invalid-id       no string or integer; empty, longer than max_id_bytes, negative, or with control
//   characters id-too-large     an integer past 2^53−1, which other readers of JSON would change
//   invalid-position negative, beyond 1,000 hours, or text that is no "18:42"; not said of live updates,
//   which need none invalid-duration the same of duration, creditsAt and playedSeconds, which are numbers
//   only invalid-time     no RFC 3339 time with a zone and no epoch milliseconds time-in-seconds  a number
//   that looks like epoch seconds invalid-state, invalid-mark, invalid-clock   a word that isn't known here
//   invalid-integer  seq or counter is no integer from 0 to 2^53−1
//   invalid-flag     seek, provisional or live is neither true nor false
//
// A duration or creditsAt of 0 is absent: players report 0 before they know, and believing it would end the
// programme.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/update.h"

namespace playhead::server::api {

struct ProgressLimits {
  std::size_t max_id_bytes = 256;  // of UTF-8
  std::size_t max_batch = 1000;    // updates
};

// Levels of objects and arrays; an update in a batch is the third, the rest is for fields that are ignored.
inline constexpr std::size_t kMaxDepth = 8;

// How far past a body's end the parser reads where it may.
inline constexpr std::size_t kReadPastEnd = 64;

struct ProgressRequest {
  bool batch = false;
  std::string_view token;  // empty when absent
  // In the body's order. Without `batch` there is one, and it is good.
  std::vector<Result<model::Heartbeat>> updates;
};

// Keeps its buffers from one body to the next: one parser a thread, used by one thread at a time. It holds
// about 14 times the size of the largest body that it has read, so the limit on bodies is what bounds it.
class ProgressParser {
 public:
  explicit ProgressParser(ProgressLimits limits = {});
  ~ProgressParser();

  // `readable_past_end`: how many bytes behind the body may be read, whatever they hold. The body is copied
  // once unless this is kReadPastEnd or more; of a std::string, it is capacity() - size(). What comes back is
  // borrowed from this parser, not from the body, until the next call.
  Result<const ProgressRequest*> parse(std::string_view body, std::size_t readable_past_end = 0);

 private:
  struct Buffers;

  std::unique_ptr<Buffers> buffers_;
};

}  // namespace playhead::server::api
