#pragma once

// The queue that acknowledges. Whatever append() reports as done survives what its durability promises, and
// is read back in order after any restart. Backends: memory (tests, simulator), rocksdb (embedded), kafka
// (cluster).

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/error.h"

namespace playhead::log {

// Position of a record in the log: starts at 1 and grows by one a record. 0 means "before the first".
using Offset = std::uint64_t;

enum class Durability : std::uint8_t {
  kDisk,        // fdatasync done on this machine
  kReplicated,  // on all in-sync replicas of the queue
  kLocal,       // the queue is away: fdatasync in this node's spool
};

struct Appended {
  Offset offset = 0;
  Durability durability = Durability::kDisk;
};

// What may be forgotten once it lies behind the checkpoint: a record goes when the log behind the checkpoint
// is larger than max_bytes or the record older than max_age. What lies after the checkpoint always stays.
struct Retention {
  std::uint64_t max_bytes = 0;
  std::chrono::milliseconds max_age{0};
};

struct LogUsage {
  Offset first = 1;  // oldest record still kept; next when empty
  Offset next = 1;   // offset that the next record gets
  std::uint64_t bytes = 0;
};

class HeartbeatLog {
 public:
  using AppendDone = std::move_only_function<void(Result<Appended>)>;
  // Returns false to stop reading.
  using Visitor = std::function<bool(Offset, std::string_view record)>;

  virtual ~HeartbeatLog() = default;

  // Appends one record (a model::record batch of any number of updates; the bytes are not looked at here) and
  // calls `done` exactly once when it is durable or has failed, either inline or on a thread of the
  // backend's; the calls come in the order of the appends. `record` must stay valid until then. One thread
  // appends; other calls may run beside it. After a failure ("log-full" when the disk is full,
  // "log-unavailable" otherwise) the record may or may not be read back after a restart, and later appends
  // may succeed again.
  virtual void append(std::string_view record, AppendDone done) = 0;

  // Calls `visit` for every record from `from` on, in order, up to the end at the time of the call. Fails
  // with "log-corrupt" naming the record's offset (and file where there is one) when a record cannot be read
  // back intact.
  virtual Result<void> read(Offset from, const Visitor& visit) = 0;

  // Forgets records below `checkpoint` as far as `retention` wants it. `now_ms` is the wall clock.
  virtual Result<void> trim(Offset checkpoint, const Retention& retention, std::int64_t now_ms) = 0;

  // Any thread.
  virtual LogUsage usage() const = 0;
};

}  // namespace playhead::log
