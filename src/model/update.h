#pragma once

// What a player sends, after it was read and before and after it was stamped. All string views are borrowed
// from the request body or log record that the update was read from.

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/version.h"

namespace playhead::model {

inline constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;  // what JSON numbers carry exactly

// A string or an integer: 12345 and "12345" are the same id, and `integer` only says how to write it back.
// Empty text means absent; an id that is present is never empty and has no control characters.
struct IdView {
  std::string_view text;
  bool integer = false;

  bool present() const { return !text.empty(); }
  friend bool operator==(const IdView& a, const IdView& b) { return a.text == b.text; }
};

enum class State : std::uint8_t { kPlaying = 0, kPaused = 1, kStopped = 2, kEnded = 3 };
enum class Mark : std::uint8_t { kNone = 0, kWatched = 1, kUnwatched = 2, kRemoved = 3 };

// Whose clock `timestamp` and `sentAt` were read from.
enum class ClockKind : std::uint8_t { kDevice = 0, kServer = 1 };

// As received: nothing derived yet. Milliseconds and epoch milliseconds throughout.
struct Heartbeat {
  IdView user;
  IdView show;
  IdView episode;                           // absent only with mark removed: then the whole show is hidden
  std::optional<std::int64_t> position_ms;  // absent only with a mark
  std::optional<std::int64_t> timestamp_ms;
  std::optional<std::int64_t> sent_at_ms;
  ClockKind clock = ClockKind::kDevice;
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> credits_at_ms;
  IdView next_episode;
  std::string_view device;
  std::string_view session;
  std::uint64_t seq = 0;
  State state = State::kPlaying;
  bool seek = false;
  std::optional<bool> provisional;
  std::optional<std::int64_t> played_ms;
  std::optional<std::uint64_t> counter;
  Mark mark = Mark::kNone;
  bool live = false;
};

// Stamped: final, what the log records. Applying it needs no clock and no config, so it gives the same state
// anywhere.
struct Update {
  IdView user;
  IdView show;
  IdView episode;
  Version version;
  std::int64_t received_ms = 0;
  std::optional<std::int64_t> position_ms;  // clamped to the duration
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> credits_at_ms;
  IdView next_episode;
  std::string_view device;
  std::string_view session;
  State state = State::kPlaying;
  Mark mark = Mark::kNone;
  bool eligible = false;  // may move the resume point
  bool finished = false;  // by the thresholds in force when it was received
  bool live = false;      // presence and counts only
  bool seek = false;      // the viewer jumped; other devices want to know soon
  bool erase = false;     // forget everything of `user` up to version.time_ms; no other field counts
};

}  // namespace playhead::model
