#pragma once

// After a restart: everything in the log that the store does not have yet is applied again.

#include <functional>

#include "apply/applier.h"
#include "apply/view.h"
#include "log/heartbeat_log.h"
#include "store/position_store.h"

namespace playhead::apply {

struct Recovered {
  log::Offset checkpoint = 1;  // where the replay began
  std::uint64_t records = 0;
  std::uint64_t updates = 0;
};

// Throws StartupError, with what is missing or broken and where, rather than start with less than was acknowledged:
// when the log begins after the checkpoint, or a record can't be read or applied. `progress` gets the records done
// and all there are, about once a second. Before the committer and the flusher start.
Recovered recover(log::HeartbeatLog& log, store::PositionStore& store, Applier& applier, View& view, Stats& stats,
                  const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);

}  // namespace playhead::apply
