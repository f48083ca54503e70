#pragma once

// GET /v1/socket and GET /v1/users/{user}/events.

#include <string>
#include <vector>

#include "server/api/push_services.h"
#include "server/http/router.h"

namespace playhead::server::api {

// `push` outlives the routes. `origins`: pages that may open a socket beside those that this server serves itself;
// "*" stands for all.
std::vector<Route> push_routes(PushServices& push, std::vector<std::string> origins);

}  // namespace playhead::server::api
