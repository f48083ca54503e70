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

// A log is one partition or several, each with an order of its own. Everything of a user is in one of them.
using Partition = std::uint32_t;

// The partition of a log that has one.
inline constexpr Partition kOnlyPartition = 0;

// Position of a record in its partition: starts at 1 and grows by one a record. 0 means "before the first".
using Offset = std::uint64_t;

enum class Durability : std::uint8_t {
  kDisk,        // fdatasync done on this machine
  kReplicated,  // on all in-sync replicas of the queue
  kLocal,       // the queue is away: fdatasync in this node's spool
};

struct Appended {
  Offset offset = 0;  // the record's own in a log of one partition; 0 where a record is split among several
  Durability durability = Durability::kDisk;
};

// What may be forgotten once it lies behind the checkpoint: a record goes when the log behind the checkpoint
// is larger than max_bytes or the record older than max_age. What lies after the checkpoint always stays.
struct Retention {
  std::uint64_t max_bytes = 0;
  std::chrono::milliseconds max_age{0};
};

struct LogUsage {
  Offset first = 1;         // oldest record still kept; next when empty
  Offset next = 1;          // offset that the next record gets
  std::uint64_t bytes = 0;  // of records still kept; 0 where only the queue's own servers know
};

class HeartbeatLog {
 public:
  using AppendDone = std::move_only_function<void(Result<Appended>)>;
  using EndDone = std::move_only_function<void(Result<Offset>)>;
  // Returns false to stop reading.
  using Visitor = std::function<bool(Offset, std::string_view record)>;

  virtual ~HeartbeatLog() = default;

  // Fixed for the log's life, as is where a user goes. Any thread.
  virtual Partition partitions() const { return 1; }
  virtual Partition partition_of(std::string_view /*user*/) const { return kOnlyPartition; }

  // Appends one record, a model::record batch of any number of updates of any users. With one partition it is kept as
  // it is, byte for byte; with several it is split into records of one user each (model/user_runs.h), and each goes
  // to its user's partition. Calls `done` exactly once when all of it is durable or any of it has failed for good,
  // either inline or on a thread of the backend's; the calls come in the order of the appends. `record` must stay
  // valid until then. One thread appends; other calls may run beside it. What is appended after an answer is behind
  // what was answered; what is on its way at the same time may be swapped or repeated by servers that are tried
  // again, which merging makes harmless. After a failure ("log-full" when the disk is full, "log-unavailable"
  // otherwise) any part of the record may or may not be read back, the same may be appended again, and later appends
  // may succeed. A record without updates finds out whether the log takes anything.
  virtual void append(std::string_view record, AppendDone done) = 0;

  // Calls `visit` for every record of the partition from `from` on (from the first one kept when that is later), in
  // order, up to the end at the time of the call. Fails with "log-corrupt" naming the record's offset (and file where
  // there is one) when a record cannot be read back intact, with "log-unavailable" when the log does not answer.
  virtual Result<void> read(Partition partition, Offset from, const Visitor& visit) = 0;

  // Asks for the offset behind everything that was acknowledged, to this process or another, before the call. `done`
  // is called exactly once, inline or on a thread of the backend's, soon, with "log-unavailable" when that can't be
  // known. Any thread.
  virtual void end(Partition partition, EndDone done) = 0;

  // Says that everything of the partition below `checkpoint` is durably in the store. The embedded log forgets of it
  // what `retention` allows (`now_ms` is the wall clock); a log of servers notes where the partition's next reader
  // has to begin, and forgets by rules of its own. Where nodes share the partitions it is refused with "not-owner":
  // then the owner says this by GroupFeed::commit().
  virtual Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                               std::int64_t now_ms) = 0;

  // What is known without asking anyone. Any thread.
  virtual LogUsage usage(Partition partition) const = 0;
};

}  // namespace playhead::log
