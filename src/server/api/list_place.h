#pragma once

// Cursors of lists: where the last page ended, as text that only this server reads. And times in query parameters.

#include <optional>
#include <string>
#include <string_view>

#include "model/history.h"
#include "model/text_time.h"

namespace playhead::server::api {

std::string encode_place(const model::ListPlace& place);
std::optional<model::ListPlace> decode_place(std::string_view cursor);

// RFC 3339 or epoch milliseconds.
model::TimeResult<std::int64_t> parse_time_parameter(std::string_view text);

}  // namespace playhead::server::api
