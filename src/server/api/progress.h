#pragma once

// POST /v1/progress: the players' heartbeats, one or a batch.

#include "server/api/services.h"
#include "server/http/router.h"

namespace playhead::server::api {

Handler progress_handler(const Services& services);

// 415 unless the body is JSON by its Content-Type: application/json, text/plain (what sendBeacon can send), or none.
// True when it was answered.
bool refuse_media_type(const Request& request, Reply& reply);

}  // namespace playhead::server::api
