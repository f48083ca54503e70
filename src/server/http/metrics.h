#pragma once

// What the workers count, as Prometheus metrics.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <vector>

#include "server/http/counters.h"
#include "server/http/router.h"

namespace playhead::server {

// playhead_http_requests_total{method,route,class}, playhead_http_request_seconds{method,route},
// playhead_http_refused_total{reason}, playhead_http_connections, playhead_http_connections_total,
// playhead_http_received_bytes_total, playhead_http_sent_bytes_total. A request that no route answers has
// method and route "none".
class HttpMetrics {
 public:
  // `registry` must outlive this.
  HttpMetrics(prometheus::Registry& registry, const Router& router);

  // Adds what `counters` have counted since `published`, which is brought up to date. Any thread, each with
  // counters of its own; costs a lock for each metric that has changed.
  void publish(const HttpCounters& counters, HttpCounters& published);

 private:
  struct RouteMetrics {
    std::array<prometheus::Counter*, 6> by_class{};
    prometheus::Histogram* latency = nullptr;
  };

  void publish_route(RouteMetrics& metrics, const RouteCounters& counters, RouteCounters& published);

  std::vector<RouteMetrics> routes_;
  std::array<prometheus::Counter*, kTroubleCount> troubles_{};
  prometheus::Gauge* connections_ = nullptr;
  prometheus::Counter* connections_opened_ = nullptr;
  prometheus::Counter* bytes_in_ = nullptr;
  prometheus::Counter* bytes_out_ = nullptr;
};

}  // namespace playhead::server
