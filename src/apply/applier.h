#pragma once

// Turns log records into state: every update of a record is merged into the view and noted by presence. Used alike
// for records that were just committed and for replays, so that both give the same state.

#include <cstdint>
#include <string_view>
#include <vector>

#include "apply/stats.h"
#include "apply/view.h"
#include "base/error.h"
#include "log/heartbeat_log.h"
#include "model/reduce.h"
#include "push/hub.h"
#include "push/presence.h"

namespace playhead::apply {

// One thread.
class Applier {
 public:
  // `hub` is told of what was merged; null when nobody can follow a user here. With `urgency`, what a person would
  // notice on another device (a stop, a pause, a seek, a mark, an erasure) is urgent to the view. Without it nothing
  // is: where every reader sees the view, the store can wait.
  Applier(View& view, push::Presence& presence, Stats& stats, bool urgency = false, push::Hub* hub = nullptr)
      : view_(view), presence_(presence), stats_(stats), hub_(hub), urgency_(urgency) {}

  // Fails with "record-corrupt" or "record-too-new"; the updates before the failure are applied then.
  Result<void> apply(log::Offset offset, std::string_view record);
  // The same for a record that the store has already: only presence wants it again.
  Result<void> note_presence(log::Offset offset, std::string_view record);

 private:
  struct Pending {
    model::Update update;
    HashedId user;
  };
  void apply(const Pending& pending, log::Offset offset);

  View& view_;
  push::Presence& presence_;
  Stats& stats_;
  push::Hub* const hub_;
  const bool urgency_;
  model::RowWrite row_;
  std::vector<Pending> ahead_;
  std::uint64_t changed_ = 0;
};

}  // namespace playhead::apply
