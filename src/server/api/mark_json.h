#pragma once

// The body of PATCH /v1/users/{user}/episodes/{episode}: {"watched": true} and, if known, when that was decided.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace playhead::server::api {

struct MarkRequest {
  bool watched = false;
  std::optional<std::int64_t> timestamp_ms;
};

// Fields that are not known are ignored. Codes of a whole body as in progress_json.h, invalid-mark when "watched" is
// missing or neither true nor false, duplicate-key, invalid-time and time-in-seconds. Any thread may call.
Result<MarkRequest> parse_mark(std::string_view body);

}  // namespace playhead::server::api
