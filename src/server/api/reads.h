#pragma once

// GET below /v1/users/{user}: resume, continue-watching, episodes, sessions. And how many watch an episode or a show.

#include "server/api/read_call.h"
#include "server/api/services.h"
#include "server/http/router.h"

namespace playhead::server::api {

// The routes; `calls` outlives them.
std::vector<Route> read_routes(const Services& services, ReadCalls& calls);

// The id in the path or query, checked like one in a body: 400 `invalid-id` when too long. True when it was refused.
bool refuse_id(std::string_view id, std::string_view name, const ProgressLimits& limits, Reply& reply);

}  // namespace playhead::server::api
