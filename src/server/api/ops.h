#pragma once

// Routes for whoever runs the server: health, readiness, metrics, the API's own description, and static pages.

#include <prometheus/registry.h>

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/api/services.h"
#include "server/http/router.h"

namespace playhead::server::api {

// One thing that has to be well for the node to be ready.
struct Condition {
  std::string_view name;         // as /readyz calls it
  std::optional<Error> trouble;  // nothing: it is well
  std::string_view meaning;      // what the trouble means for players
};

struct OpsOptions {
  std::function<std::vector<Condition>()> conditions;
  // What /metrics shows beside the registry, read at the time of the scrape.
  std::function<std::vector<prometheus::MetricFamily>()> metrics;
};

std::vector<Route> ops_routes(const Services& services, prometheus::Registry& registry, OpsOptions options);

// GET /demo and below: files of a folder, with Range (players seek by it), ETag and content types. Symbolic links
// that lead out of the folder are not followed.
std::vector<Route> file_routes(const std::string& root);

}  // namespace playhead::server::api
