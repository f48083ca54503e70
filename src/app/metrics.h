#pragma once

// What /metrics shows of the parts behind the server. Names and units are part of the API: they only ever get more.

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "apply/stats.h"

namespace playhead::app {

prometheus::MetricFamily counter(std::string name, std::string help, double value);
prometheus::MetricFamily gauge(std::string name, std::string help, double value);

// Up to the ack.
std::vector<prometheus::MetricFamily> commit_metrics(const apply::Stats& stats);
// Behind it: what was applied and stored.
std::vector<prometheus::MetricFamily> apply_metrics(const apply::Stats& stats);
// What memory holds for the store.
std::vector<prometheus::MetricFamily> view_metrics(const apply::Stats& stats);

}  // namespace playhead::app
