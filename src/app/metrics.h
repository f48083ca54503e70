#pragma once

// What /metrics shows of the parts behind the server. Names and units are part of the API: they only ever get more.

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <vector>

#include "apply/pacing.h"
#include "apply/stats.h"
#include "push/hub.h"
#include "push/presence.h"
#include "server/api/push_services.h"

namespace playhead::app {

prometheus::MetricFamily counter(std::string name, std::string help, double value);
prometheus::MetricFamily gauge(std::string name, std::string help, double value);

// Who this is: `node` and `region` only in a cluster. `began_ms`: when, in epoch milliseconds.
std::vector<prometheus::MetricFamily> node_metrics(const std::string& node, const std::string& region,
                                                   std::int64_t began_ms);
// Up to the ack.
std::vector<prometheus::MetricFamily> commit_metrics(const apply::Stats& stats);
// Behind it: what was applied and stored.
std::vector<prometheus::MetricFamily> apply_metrics(const apply::Stats& stats);
// Sessions, and who follows users.
std::vector<prometheus::MetricFamily> live_metrics(const push::Presence& presence, const push::Hub& hub);
// Connections that are kept open, and the interval that players are told.
std::vector<prometheus::MetricFamily> push_metrics(const server::api::PushTotals& totals,
                                                   const apply::Pacing& pacing);
// What memory holds for the store.
std::vector<prometheus::MetricFamily> view_metrics(const apply::Stats& stats);

}  // namespace playhead::app
