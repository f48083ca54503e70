#pragma once

// Our histograms as Prometheus has them.

#include <prometheus/metric_family.h>

#include <cstddef>
#include <limits>
#include <string>
#include <utility>

namespace playhead::app {

// `values`: a Histogram. `unit`: what one of its own steps is in that of the metric.
prometheus::MetricFamily histogram(std::string name, std::string help, const auto& values, double unit) {
  prometheus::MetricFamily family{
      .name = std::move(name), .help = std::move(help), .type = prometheus::MetricType::Histogram, .metric = {}};
  auto& out = family.metric.emplace_back().histogram;
  const auto& bounds = values.bounds();
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    out.sample_count += values.count(i);
    const double bound =
        i < bounds.size() ? static_cast<double>(bounds[i]) * unit : std::numeric_limits<double>::infinity();
    out.bucket.push_back({.cumulative_count = out.sample_count, .upper_bound = bound});
  }
  out.sample_sum = static_cast<double>(values.sum()) * unit;
  return family;
}

}  // namespace playhead::app
