#include "server/api/ops.h"

#include <prometheus/text_serializer.h>

#include <memory>
#include <optional>

#include "server/api/json_writer.h"

namespace playhead::server::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string name, std::string help, MetricType type, double value) {
  ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {metric}};
}

double number(const apply::Stats::Counter& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

std::vector<MetricFamily> pipeline_metrics(const apply::Stats& stats) {
  const auto counter = MetricType::Counter, gauge = MetricType::Gauge;
  constexpr double kNano = 1e-9;
  return {
      family("playhead_commits_total", "Records appended to the log.", counter, number(stats.commits)),
      family("playhead_commit_bytes_total", "Bytes of those records.", counter, number(stats.committed_bytes)),
      family("playhead_commit_seconds_total", "Time spent in appends, fdatasync included.", counter,
             number(stats.commit_nanoseconds) * kNano),
      family("playhead_commit_failures_total", "Appends that the log refused.", counter,
             number(stats.commit_failures)),
      family("playhead_commit_queue_bytes", "Updates waiting for the next record.", gauge,
             number(stats.queued_bytes)),
      family("playhead_refused_total", "Requests refused because a queue or the view was full.", counter,
             number(stats.refused_full)),
      family("playhead_updates_applied_total", "Updates merged into the view, replays included.", counter,
             number(stats.applied_updates)),
      family("playhead_updates_changed_total", "Of these, those that changed it.", counter,
             number(stats.changed_rows)),
      family("playhead_users_erased_total", "Erasures of a user.", counter, number(stats.erased_users)),
      family("playhead_store_item_writes_total", "Items written to the store.", counter, number(stats.item_writes)),
      family("playhead_store_flushes_total", "Batches that they were written in.", counter, number(stats.flushes)),
      family("playhead_store_flush_seconds_total", "Time spent in flushes.", counter,
             number(stats.flush_nanoseconds) * kNano),
      family("playhead_store_flush_failures_total", "Flushes that the store refused.", counter,
             number(stats.flush_failures)),
      family("playhead_store_items_dropped_total", "Oldest items of users beyond limits.items_per_user.", counter,
             number(stats.trimmed_rows)),
      family("playhead_view_bytes", "Memory of updates that the store does not have yet.", gauge,
             number(stats.view_bytes)),
      family("playhead_view_items", "Items among them.", gauge, number(stats.view_rows)),
      family("playhead_checkpoint_offset", "Every record below it is in the store.", gauge, number(stats.checkpoint)),
  };
}

Response plain_json(unsigned status, std::string body) {
  Response response{.status = status, .body = std::move(body)};
  response.header("Cache-Control", "no-store");
  return response;
}

std::string condition(const std::optional<Error>& trouble, std::string_view what_it_means) {
  if (!trouble) return "ok";
  std::string text(trouble->code);
  return text.append(": ").append(what_it_means).append(" (").append(trouble->detail).append(")");
}

Response ready(const apply::Committer& committer, const apply::Flusher& flusher) {
  const auto log = committer.trouble(), store = flusher.trouble();
  const bool ready = !log && !store;
  JsonWriter json;
  json.begin_object().flag("ready", ready);
  json.text("log", condition(log, "no update is acknowledged"));
  json.text("store", condition(store, "updates wait in memory and in the log")).end_object();
  return plain_json(ready ? 200 : 503, std::move(json.str()));
}

}  // namespace

std::vector<Route> ops_routes(const Services& services, prometheus::Registry& registry, const apply::Stats& stats,
                              Gauges gauges) {
  const auto openapi = std::make_shared<const std::string>(services.options.openapi);
  std::vector<Route> routes{
      {Method::kGet, "/healthz",
       [](const Request&, Reply reply) { reply.send(plain_json(200, R"({"status":"ok"})")); }},
      {Method::kGet, "/readyz",
       [&committer = services.committer, &flusher = services.flusher](const Request&, Reply reply) {
         reply.send(ready(committer, flusher));
       }},
      {Method::kGet, "/metrics",
       [&registry, &stats, &presence = services.presence, gauges = std::move(gauges)](const Request&, Reply reply) {
         auto families = registry.Collect();
         for (auto& one : pipeline_metrics(stats)) families.push_back(std::move(one));
         const auto gauge = [&families](std::string name, std::string help, std::uint64_t value) {
           families.push_back(
               family(std::move(name), std::move(help), MetricType::Gauge, static_cast<double>(value)));
         };
         gauge("playhead_log_bytes", "Size of the log.", gauges.log_bytes());
         gauge("playhead_log_first_offset", "Oldest record that the log keeps.", gauges.log_first());
         gauge("playhead_log_next_offset", "Offset that the next record gets.", gauges.log_next());
         gauge("playhead_sessions", "Sessions in memory.", presence.size());
         reply.send(Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                             .body = prometheus::TextSerializer().Serialize(families)});
       }},
      {Method::kGet, "/openapi.yaml",
       [openapi](const Request&, Reply reply) {
         reply.send(Response{.content_type = "application/yaml", .body = *openapi});
       }},
  };
  if (services.options.noop_route) {
    routes.push_back({Method::kPost, "/noop", [](const Request&, Reply reply) {
                        static const PreparedResponse kDone(empty_response(204));
                        reply.send(kDone);
                      }});
  }
  return routes;
}

}  // namespace playhead::server::api
