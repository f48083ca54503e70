#pragma once

// What a spool is given, and what it says of itself.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "log/heartbeat_log.h"

namespace playhead::log {

struct SpoolOptions {
  // A spool that holds this much takes nothing more ("log-full"); the last record it took may go over it. An hour of
  // 3,000 updates a second at 100 bytes.
  std::uint64_t max_bytes = std::uint64_t{1} << 30;
  // Records that wait for the spool together become one, up to this size, and share its fdatasync.
  std::size_t most_combined = 4 << 20;
  // While the queue is away it is tried with an empty record, this long after the last one failed.
  std::chrono::milliseconds probe_every{500};
  // Of spooled records on their way to the queue at once: enough that the queue is never idle (records of few players
  // hold an update or two, and an answer takes milliseconds), and little enough that an update which comes meanwhile
  // waits behind few bytes of them.
  std::size_t most_in_flight = 256;
  std::size_t most_bytes_in_flight = 1 << 20;
  // How often what is drained is taken off the disk.
  std::chrono::milliseconds trim_every{1'000};
};

// Whoever shows what only the spool has (apply/spool_state.h). Both are called on the spool's one writing thread.
struct SpoolHooks {
  // Before a record is written: an error refuses it with that error.
  std::function<Result<void>()> room;
  // After the record is durable and before the first of its answers, in the order of the offsets. Records that were
  // written together come as one. Once set, release_spooled() must be called, or the spool keeps everything.
  std::function<void(Offset, std::string_view record)> spooled;
};

struct SpoolStatus {
  bool away = false;          // appends go to the spool and not to the queue
  std::int64_t since_ms = 0;  // wall clock when that began; 0 while it is not so
  std::uint64_t records = 0;  // that the queue has not confirmed yet
  std::uint64_t bytes = 0;    // on the disk, with what is drained and not taken off yet
  std::uint64_t max_bytes = 0;
  std::int64_t oldest_ms = 0;  // append time of the oldest of the records; 0 when there is none
  std::uint64_t spooled = 0;   // records written since the start
  std::uint64_t drained = 0;   // records that the queue has confirmed since the start
  std::optional<Error> queue;  // why the queue is away
  std::optional<Error> spool;  // why the spool's last write failed
  std::optional<Error> drain;  // why draining stands still although the queue is there
  bool full() const { return bytes >= max_bytes; }
};

}  // namespace playhead::log
