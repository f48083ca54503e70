#include "app/node.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "app/metrics.h"
#include "server/api/openapi_document.h"
#include "server/api/ops.h"
#include "server/api/progress.h"
#include "server/api/reads.h"
#include "server/api/writes.h"

namespace playhead::app {
namespace {

constexpr std::chrono::seconds kDrainAtMost{10};

push::PresenceOptions presence_options(const Config& config) {
  return {.silence = std::max<std::chrono::milliseconds>(3 * config.interval.next, std::chrono::seconds(30)),
          .max_sessions = config.presence.max_sessions};
}

apply::CommitOptions commit_options(const Config& config) {
  return {.queue_bytes = config.commit.queue_bytes};
}

apply::FlushOptions flush_options(const Config& config) {
  return {.interval = config.apply.flush_interval,
          .view_bytes = config.apply.view_bytes,
          .retention = {.max_bytes = config.log.retention_bytes, .max_age = config.log.retention_age}};
}

server::api::ApiOptions api_options(const Config& config) {
  return {.rules = config.rules,
          .limits = {.max_id_bytes = config.limits.id_bytes, .max_batch = config.limits.batch},
          .log_age = config.log.retention_age,
          .openapi = std::string(server::api::openapi_document()),
          .web_root = config.web_root.string(),
          .noop_route = config.noop_route};
}

server::ServerOptions server_options(const Config& config) {
  server::ServerOptions options{.address = config.listen.host, .port = config.listen.port, .workers = config.threads};
  options.http.max_body_bytes = config.limits.body_bytes;
  options.http.max_header_bytes = config.limits.header_bytes;
  options.http.max_pipelined = config.limits.pipelining;
  options.http.max_connections = std::max<std::size_t>(1, config.limits.connections / config.threads);
  options.http.keep_alive_timeout = config.limits.idle_timeout;
  options.http.header_timeout = config.limits.header_timeout;
  options.http.body_timeout = config.limits.body_timeout;
  return options;
}

void append(std::vector<server::Route>& routes, std::vector<server::Route> more) {
  for (auto& route : more) routes.push_back(std::move(route));
}

}  // namespace

Node::Node(const Config& config, Backends backends, const Clock& clock)
    : config_(config),
      clock_(clock),
      backends_(std::move(backends)),
      presence_(presence_options(config), clock),
      applier_(view_, presence_, stats_),
      // Above its soft bound the view is flushed as fast as the store takes it; at twice that the store is too slow or
      // away.
      sink_(applier_, view_, 2 * config.apply.view_bytes),
      committer_(*backends_.log, sink_, stats_, clock, commit_options(config)),
      flusher_(view_, *backends_.store, *backends_.log, presence_, stats_, clock, flush_options(config)),
      reader_(view_, *backends_.store, flusher_, config.limits.items_per_user),
      state_(reader_, presence_),
      receipts_(clock),
      api_options_(api_options(config)),
      acks_(committer_, clock, {.next_in = config.interval.next}),
      reads_(state_, config_.rules.thresholds) {
  const auto recovered = apply::recover(
      *backends_.log, *backends_.store, applier_, view_, stats_,
      [](std::uint64_t done, std::uint64_t all) { spdlog::info("Replaying the log: {} of {} records", done, all); });
  if (recovered.records > 0) {
    spdlog::info("Replayed {} updates in {} records from record {} on.", recovered.updates, recovered.records,
                 recovered.checkpoint);
  }
  server_ = std::make_unique<server::Server>(server_options(config), router(), clock, registry_);
  acks_.attach(*server_);
  reads_.attach(*server_);
}

server::Router Node::router() {
  const server::api::Services services{.receipts = receipts_,
                                       .acks = acks_,
                                       .state = state_,
                                       .options = api_options_};
  std::vector<server::Route> routes{{server::Method::kPost, "/v1/progress", server::api::progress_handler(services)}};
  append(routes, server::api::read_routes(services, reads_));
  append(routes, server::api::write_routes(services));
  append(routes, server::api::ops_routes(
                     services, registry_,
                     {.conditions = [this] { return conditions(); }, .metrics = [this] { return metrics(); }}));
  if (!api_options_.web_root.empty()) append(routes, server::api::file_routes(api_options_.web_root));
  return server::Router(std::move(routes));
}

std::vector<server::api::Condition> Node::conditions() const {
  return {{"log", committer_.trouble(), "no update is acknowledged"},
          {"store", flusher_.trouble(), "updates wait in memory and in the log"}};
}

std::vector<prometheus::MetricFamily> Node::metrics() const {
  auto families = pipeline_metrics(stats_);
  const auto usage = backends_.log->usage(log::kOnlyPartition);
  const auto add = [&families](std::string name, std::string help, std::uint64_t value) {
    families.push_back(gauge(std::move(name), std::move(help), static_cast<double>(value)));
  };
  add("playhead_log_bytes", "Size of the log.", usage.bytes);
  add("playhead_log_first_offset", "Oldest record that the log keeps.", usage.first);
  add("playhead_log_next_offset", "Offset that the next record gets.", usage.next);
  add("playhead_sessions", "Sessions in memory.", presence_.size());
  return families;
}

void Node::start() {
  committer_.start();
  flusher_.start();
  server_->start();
}

bool Node::stop() {
  if (!server_->drain(kDrainAtMost)) spdlog::warn("Some connections were cut before their answers were taken.");
  committer_.stop();
  flusher_.stop();
  if (const auto flushed = flusher_.flush_all(); !flushed) {
    spdlog::error("The store did not take everything; the next start replays the log: {}", flushed.error().detail);
    return false;
  }
  return true;
}

}  // namespace playhead::app
