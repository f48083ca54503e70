#include "app/metrics.h"

#include <utility>

#include "app/histogram_family.h"
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

constexpr double kNano = 1e-9, kMicro = 1e-6;

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

std::vector<MetricFamily> node_metrics(const std::string& node, const std::string& region, std::int64_t began_ms) {
  auto info = gauge("playhead_node_info", "What runs here, and what it is called.", 1);
  info.metric[0].label = {{.name = "version", .value = PLAYHEAD_VERSION},
                          {.name = "mode", .value = node.empty() ? "single" : "cluster"}};
  if (!node.empty()) {
    info.metric[0].label.push_back({.name = "node", .value = node});
    info.metric[0].label.push_back({.name = "region", .value = region});
  }
  return {info, gauge("process_start_time_seconds", "When this process began, in seconds since 1970.",
                      static_cast<double>(began_ms) * 1e-3)};
}

std::vector<MetricFamily> commit_metrics(const apply::Stats& stats) {
  return {
      counter("playhead_commits_total", "Records appended to the log.", number(stats.commits)),
      counter("playhead_commit_bytes_total", "Bytes of those records.", number(stats.committed_bytes)),
      counter("playhead_commit_seconds_total", "Time spent in appends, fdatasync included.",
              number(stats.commit_nanoseconds) * kNano),
      histogram("playhead_commit_seconds", "Time of one append, fdatasync included.", stats.commit_us, kMicro),
      histogram("playhead_commit_updates", "Updates in one record.", stats.commit_updates, 1),
      counter("playhead_updates_accepted_total", "Updates that are durable.",
              static_cast<double>(stats.commit_updates.sum())),
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

std::vector<MetricFamily> live_metrics(const push::Presence& presence, const push::Hub& hub) {
  const auto counts = hub.counts();
  const auto of = [](auto value) { return static_cast<double>(value); };
  return {
      gauge("playhead_sessions", "Sessions in memory.", of(presence.size())),
      gauge("playhead_sessions_watching", "Of these, those that play now.", of(presence.watching().all())),
      gauge("playhead_push_followed_users", "Users whom at least one connection follows.", of(counts.users)),
      gauge("playhead_push_subscriptions", "Users followed, by all connections together.", of(counts.followers)),
      counter("playhead_push_delivered_total", "Changes handed to connections that follow a user.",
              of(counts.events)),
      counter("playhead_push_unchanged_total", "Updates of followed users that changed nothing that is seen.",
              of(counts.unchanged)),
      counter("playhead_push_failed_reads_total", "Reads for followed users that failed, and are tried again.",
              of(counts.failed_reads)),
  };
}

std::vector<MetricFamily> push_metrics(const server::api::PushTotals& totals, const apply::Pacing& pacing) {
  auto open = gauge("playhead_push_connections", "Open WebSockets and event streams.", number(totals.sockets));
  open.metric[0].label = {{.name = "kind", .value = "websocket"}};
  open.metric.emplace_back().label = {{.name = "kind", .value = "sse"}};
  open.metric[1].gauge.value = number(totals.streams);
  constexpr const char* kReasons[server::api::kPushDrops] = {"slow-reader", "no-hello", "protocol-error", "too-many"};
  MetricFamily dropped{.name = "playhead_push_dropped_total",
                       .help = "Push connections that the server ended, by reason.",
                       .type = MetricType::Counter,
                       .metric = {}};
  for (std::size_t i = 0; i < totals.drops.size(); ++i) {
    auto& metric = dropped.metric.emplace_back();
    metric.label = {{.name = "reason", .value = kReasons[i]}};
    metric.counter.value = number(totals.drops[i]);
  }
  return {
      open,
      dropped,
      counter("playhead_socket_messages_total", "Messages of clients on WebSockets.", number(totals.messages)),
      counter("playhead_socket_updates_total", "Updates accepted in them.", number(totals.updates)),
      histogram("playhead_socket_ack_seconds", "Time from a WebSocket message with updates to its ack.",
                totals.ack_us, kMicro),
      counter("playhead_push_events_total", "Events written to connections.", number(totals.events)),
      gauge("playhead_next_interval_seconds", "What players are told to wait between heartbeats, on average.",
            std::chrono::duration<double>(pacing.interval()).count()),
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
