#pragma once

// A request body as a JSON object: the one place that decides what is JSON, for every route that takes a body.

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "server/api/progress_json.h"

namespace playhead::server::api {

// Keeps its buffers from one body to the next; used by one thread at a time.
class JsonDocument {
 public:
  // Codes empty-body, invalid-utf8, invalid-json, too-deep (kMaxDepth) and not-an-object. `readable_past_end` as of
  // ProgressParser::parse. What comes back is borrowed from this document until the next call.
  Result<simdjson::dom::object> parse(std::string_view body, std::size_t readable_past_end = 0);

 private:
  simdjson::dom::parser parser_;
  std::string repaired_;
};

}  // namespace playhead::server::api
