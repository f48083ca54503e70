#pragma once

// Where goes what can't be applied or stored, whole and with the reason, so that it blocks nobody and is not lost.

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "log/heartbeat_log.h"

namespace playhead::cluster {

struct DeadLetter {
  std::string user;  // when that is known
  // A record of the log as it was; of a refused row, a Rows message (peer_messages.h) with that row.
  std::string record;
  Error reason;
  log::Partition partition = 0;
  log::Offset offset = 0;  // 0: it was no record of the log that was refused, but a row
};

class DeadLetters {
 public:
  virtual ~DeadLetters() = default;
  // `done` comes once, inline or on another thread: kept as safely as an update, or not.
  virtual void put(DeadLetter letter, std::move_only_function<void(Result<void>)> done) = 0;
};

}  // namespace playhead::cluster
