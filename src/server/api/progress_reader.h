#pragma once

// From a parsed JSON object to a progress request. Internal to progress_json and socket_message.

#include <simdjson.h>

#include "server/api/json_values.h"
#include "server/api/progress_json.h"

namespace playhead::server::api {

class ProgressReader {
 public:
  explicit ProgressReader(const ProgressLimits& limits) : limits_(limits) {}

  // As ProgressParser::parse. What comes back is borrowed from the object's document and from this reader.
  Result<const ProgressRequest*> read(simdjson::dom::object object);

 private:
  ProgressLimits limits_;
  ProgressRequest request_;
  IdArena ids_;
};

}  // namespace playhead::server::api
