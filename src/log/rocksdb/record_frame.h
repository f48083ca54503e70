#pragma once

// What surrounds a record in the embedded log (see rocksdb_log.h).

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "log/heartbeat_log.h"

namespace playhead::log {

inline constexpr std::size_t kFrameBytes = 12;

// The bytes before the record.
std::array<char, kFrameBytes> make_frame(std::int64_t appended_ms, std::string_view record);

struct FramedRecord {
  std::int64_t appended_ms;
  std::string_view record;
};

// Borrowed from `value`; nothing when it is not intact.
std::optional<FramedRecord> open_frame(std::string_view value);
// Without looking at the record; `value` must hold kFrameBytes.
std::int64_t frame_time(std::string_view value);

std::array<char, 8> offset_key(Offset offset);
Offset key_offset(std::string_view key);

}  // namespace playhead::log
