#pragma once

// From what a player sent to what the log records: checked for the ordering in force, stamped and encoded. The same
// for HTTP and WebSocket.

#include <cstdint>
#include <optional>
#include <string>

#include "server/api/progress_json.h"
#include "server/api/services.h"

namespace playhead::server::api {

// In counter mode an update has to say which session it belongs to. Nothing when it may be stamped.
std::optional<Error> refuse_order(const model::Heartbeat& heartbeat, model::Ordering ordering);

// Appends one update, received now.
void append_stamped(const Services& services, const model::Heartbeat& heartbeat, std::string& updates);

struct Taken {
  std::uint64_t accepted = 0;
  std::string rejected;  // JSON objects with commas between, as in the `rejected` of an answer
};
// Appends the good ones of a batch.
Taken take_batch(const Services& services, const ProgressRequest& batch, std::string& updates);

}  // namespace playhead::server::api
