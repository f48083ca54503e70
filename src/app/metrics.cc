#include "app/metrics.h"

#include <utility>

#include "model/record.h"

namespace playhead::app {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string name, std::string help, MetricType type, double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {metric}};
}

constexpr double kNano = 1e-9;

double number(const apply::Stats::Counter& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

}  // namespace

MetricFamily counter(std::string name, std::string help, double value) {
  return family(std::move(name), std::move(help), MetricType::Counter, value);
}
MetricFamily gauge(std::string name, std::string help, double value) {
  return family(std::move(name), std::move(help), MetricType::Gauge, value);
}

std::vector<MetricFamily> commit_metrics(const apply::Stats& stats) {
  return {
      counter("playhead_commits_total", "Records appended to the log.", number(stats.commits)),
      counter("playhead_commit_bytes_total", "Bytes of those records.", number(stats.committed_bytes)),
      counter("playhead_commit_seconds_total", "Time spent in appends, fdatasync included.",
              number(stats.commit_nanoseconds) * kNano),
      counter("playhead_commit_failures_total", "Appends that the log refused.", number(stats.commit_failures)),
      gauge("playhead_commit_queue_bytes", "Updates waiting for the next record.", number(stats.queued_bytes)),
      counter("playhead_refused_total", "Requests refused because a queue or the view was full.",
              number(stats.refused_full)),
      gauge("playhead_record_version", "Format of the records that are written; see log.record_version.",
            model::written_record_version()),
  };
}

std::vector<MetricFamily> apply_metrics(const apply::Stats& stats) {
  return {
      counter("playhead_updates_applied_total", "Updates merged into the view, replays included.",
              number(stats.applied_updates)),
      counter("playhead_updates_changed_total", "Of these, those that changed it.", number(stats.changed_rows)),
      counter("playhead_users_erased_total", "Erasures of a user.", number(stats.erased_users)),
      counter("playhead_store_item_writes_total", "Items written to the store.", number(stats.item_writes)),
      counter("playhead_store_flushes_total", "Batches that they were written in.", number(stats.flushes)),
      counter("playhead_store_flush_seconds_total", "Time spent in flushes.",
              number(stats.flush_nanoseconds) * kNano),
      counter("playhead_store_flush_failures_total", "Flushes that the store refused.", number(stats.flush_failures)),
      counter("playhead_store_items_dropped_total", "Oldest items of users beyond limits.items_per_user.",
              number(stats.trimmed_rows)),
  };
}

std::vector<MetricFamily> view_metrics(const apply::Stats& stats) {
  return {
      gauge("playhead_view_bytes", "Memory of updates that the store does not have yet.", number(stats.view_bytes)),
      gauge("playhead_view_items", "Items among them.", number(stats.view_rows)),
      gauge("playhead_checkpoint_offset", "Every record below it is in the store.", number(stats.checkpoint)),
  };
}

}  // namespace playhead::app
