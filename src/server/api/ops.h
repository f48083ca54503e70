#pragma once

// Routes for whoever runs the server: health, readiness, metrics, the API's own description, and static pages.

#include <prometheus/registry.h>

#include <functional>
#include <vector>

#include "apply/stats.h"
#include "server/api/services.h"
#include "server/http/router.h"

namespace playhead::server::api {

// What /metrics shows beside the registry: gauges read at the time of the scrape.
struct Gauges {
  std::function<std::uint64_t()> log_bytes;
  std::function<std::uint64_t()> log_first;
  std::function<std::uint64_t()> log_next;
};

std::vector<Route> ops_routes(const Services& services, prometheus::Registry& registry, const apply::Stats& stats,
                              Gauges gauges);

// GET /demo and below: files of a folder, with Range (players seek by it), ETag and content types. Symbolic links
// that lead out of the folder are not followed.
std::vector<Route> file_routes(const std::string& root);

}  // namespace playhead::server::api
