#include "server/http/metrics.h"

#include <string>
#include <utility>

namespace playhead::server {

namespace {

constexpr std::array<const char*, kTroubleCount> kReasons = {
    "bad-request",   "too-large",      "header-timeout",       "body-timeout",
    "write-timeout", "answer-timeout", "too-many-connections", "handler-failed"};

prometheus::Histogram::BucketBoundaries latency_bounds() {
  prometheus::Histogram::BucketBoundaries bounds;
  for (const auto us : kLatencyBoundsUs) bounds.push_back(static_cast<double>(us) / 1e6);
  return bounds;
}

// What `now` has more than `published`, which then is the same.
double take_increase(std::uint64_t now, std::uint64_t& published) {
  return static_cast<double>(now - std::exchange(published, now));
}

void add_increase(prometheus::Counter& counter, std::uint64_t now, std::uint64_t& published) {
  if (now != published) counter.Increment(take_increase(now, published));
}

}  // namespace

HttpMetrics::HttpMetrics(prometheus::Registry& registry, const Router& router) {
  auto& requests = prometheus::BuildCounter()
                       .Name("playhead_http_requests_total")
                       .Help("Requests answered, by route and first digit of the status")
                       .Register(registry);
  auto& latency = prometheus::BuildHistogram()
                      .Name("playhead_http_request_seconds")
                      .Help("Time from the arrival of a request to its answer")
                      .Register(registry);
  const auto add_route = [&](const std::string& method, const std::string& route) {
    RouteMetrics metrics;
    for (std::size_t i = 2; i < metrics.by_class.size(); ++i) {
      metrics.by_class[i] =
          &requests.Add({{"method", method}, {"route", route}, {"class", std::to_string(i) + "xx"}});
    }
    // The one interim status that is an answer, 101, is a good one.
    metrics.by_class[1] = metrics.by_class[2];
    metrics.by_class[0] = metrics.by_class[5];
    metrics.latency = &latency.Add({{"method", method}, {"route", route}}, latency_bounds());
    routes_.push_back(metrics);
  };
  for (const Route& route : router.routes()) add_route(std::string(method_name(route.method)), route.pattern);
  add_route("none", "none");
  auto& refused = prometheus::BuildCounter()
                      .Name("playhead_http_refused_total")
                      .Help("Requests and connections that were refused, dropped or failed, by reason")
                      .Register(registry);
  for (std::size_t i = 0; i < kTroubleCount; ++i) troubles_[i] = &refused.Add({{"reason", kReasons[i]}});
  connections_ = &prometheus::BuildGauge()
                      .Name("playhead_http_connections")
                      .Help("Connections open now")
                      .Register(registry)
                      .Add({});
  const auto counter = [&](const char* name, const char* help) {
    return &prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  };
  connections_opened_ = counter("playhead_http_connections_total", "Connections accepted");
  bytes_in_ = counter("playhead_http_received_bytes_total", "Bytes received");
  bytes_out_ = counter("playhead_http_sent_bytes_total", "Bytes sent");
}

void HttpMetrics::publish(const HttpCounters& counters, HttpCounters& published) {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    publish_route(routes_[i], counters.routes[i], published.routes[i]);
  }
  for (std::size_t i = 0; i < kTroubleCount; ++i) {
    add_increase(*troubles_[i], counters.troubles[i], published.troubles[i]);
  }
  const double opened = take_increase(counters.connections_opened, published.connections_opened);
  const double closed = take_increase(counters.connections_closed, published.connections_closed);
  connections_opened_->Increment(opened);
  connections_->Increment(opened - closed);
  add_increase(*bytes_in_, counters.bytes_in, published.bytes_in);
  add_increase(*bytes_out_, counters.bytes_out, published.bytes_out);
}

void HttpMetrics::publish_route(RouteMetrics& metrics, const RouteCounters& counters, RouteCounters& published) {
  if (counters.by_class == published.by_class) return;
  for (std::size_t i = 0; i < metrics.by_class.size(); ++i) {
    add_increase(*metrics.by_class[i], counters.by_class[i], published.by_class[i]);
  }
  std::vector<double> increases(counters.by_latency.size());
  for (std::size_t i = 0; i < increases.size(); ++i) {
    increases[i] = take_increase(counters.by_latency[i], published.by_latency[i]);
  }
  const auto spent = counters.latency_sum - std::exchange(published.latency_sum, counters.latency_sum);
  metrics.latency->ObserveMultiple(increases, std::chrono::duration<double>(spent).count());
}

}  // namespace playhead::server
