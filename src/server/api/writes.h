#pragma once

// What viewers decide, beside what players report: PATCH and DELETE below /v1/users/{user}. Each becomes an update of
// the same stream, stamped on receipt, and is answered when it is durable.

#include "server/api/read_call.h"
#include "server/api/services.h"
#include "server/http/router.h"

namespace playhead::server::api {

std::vector<Route> write_routes(const Services& services);

}  // namespace playhead::server::api
