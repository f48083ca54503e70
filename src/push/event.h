#pragma once

// What whoever follows a user is told. Events carry state, not steps: a later one of the same item or session makes
// an earlier one needless.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/version.h"
#include "push/session_now.h"

namespace playhead::push {

enum class EventKind : std::uint8_t {
  kSnapshot,  // replaces all that was known of the user
  kProgress,  // `rows` has the item as it is now
  kMark,      // the same, by a mark as watched or unwatched
  kRemoved,   // `removed`: an item, a show's card (no episode), or, with neither, everything of the user
  kSessionStarted,
  kSessionChanged,  // it pauses, plays on, or plays something else
  kSessionEnded,    // `sessions` has what it was
};

struct EventRow {
  std::string row_key;  // as in model/item.h
  std::string item;
};

struct Event {
  EventKind kind = EventKind::kSnapshot;
  std::string user;
  // One, or of a snapshot the newest, newest first.
  std::vector<EventRow> rows;
  // How far the user was erased, which counts when a row is read.
  std::optional<model::Version> erased;
  // One, or of a snapshot all that are live.
  std::vector<SessionNow> sessions;
  bool stale = false;  // of a snapshot: something newer may be known elsewhere
  // Of a removal: what and by which device, as far as that is known.
  std::string show, episode, device;
  bool show_integer = false, episode_integer = false;
  model::Version version;  // of the act
};

// Shared by all who follow the user.
using EventPtr = std::shared_ptr<const Event>;

}  // namespace playhead::push
