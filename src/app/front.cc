#include "app/front.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "app/metrics.h"
#include "server/api/console.h"
#include "server/api/openapi_document.h"
#include "server/api/progress.h"
#include "server/api/push_routes.h"
#include "server/api/reads.h"
#include "server/api/writes.h"

namespace playhead::app {
namespace {

constexpr std::chrono::seconds kDrainAtMost{10};
constexpr std::chrono::milliseconds kPacingEvery{250};

server::api::ApiOptions api_options(const Config& config, std::chrono::milliseconds keeps_for) {
  return {.rules = config.rules,
          .limits = {.max_id_bytes = config.limits.id_bytes, .max_batch = config.limits.batch},
          .log_age = keeps_for,
          .openapi = std::string(server::api::openapi_document()),
          .web_root = config.web_root.string(),
          .console = config.console,
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
  options.http.cors = {.origins = cors_origins(config), .max_age = config.cors.max_age};
  return options;
}

server::api::PushOptions push_options(const Config& config) {
  server::api::PushOptions options{.connections = config.push.connections,
                                   .users_per_socket = config.push.users_per_socket,
                                   .buffer_bytes = config.push.buffer_bytes};
  options.socket.max_message_bytes = config.limits.body_bytes;
  return options;
}

void append(std::vector<server::Route>& routes, std::vector<server::Route> more) {
  for (auto& route : more) routes.push_back(std::move(route));
}

}  // namespace

Front::Front(const Config& config, apply::Committer& committer, const apply::Stats& stats, apply::StateSource& state,
             push::Source* source, const Clock& clock, std::chrono::milliseconds keeps_for,
             server::api::OpsOptions ops)
    : cors_origins_(cors_origins(config)),
      receipts_(clock),
      options_(api_options(config, keeps_for)),
      pacing_({.floor = config.interval.next, .ceiling = config.interval.max}),
      acks_(committer, clock, pacing_),
      reads_(state, options_.rules.thresholds),
      push_({.receipts = receipts_, .acks = acks_, .state = state, .options = options_, .intake = intake_}, source,
            committer, clock, pacing_, push_options(config), config.threads),
      gauge_(stats, config.commit.queue_bytes),
      ticker_(kPacingEvery, [this, &clock] { pacing_.note(gauge_.sample(), clock.monotonic()); }) {
  const auto& services = push_.services;
  server_ =
      std::make_unique<server::Server>(server_options(config), router(services, std::move(ops)), clock, registry_);
  acks_.attach(*server_);
  reads_.attach(*server_);
  push_.attach(*server_);
}

server::Router Front::router(const server::api::Services& services, server::api::OpsOptions ops) {
  std::vector<server::Route> routes{{server::Method::kPost, "/v1/progress", server::api::progress_handler(services)}};
  append(routes, server::api::read_routes(services, reads_));
  append(routes, server::api::write_routes(services));
  append(routes, server::api::push_routes(push_, cors_origins_));
  ops.metrics = [this, theirs = std::move(ops.metrics)] {
    auto families = theirs();
    std::ranges::move(push_metrics(push_.totals, pacing_), std::back_inserter(families));
    families.push_back(counter("playhead_updates_rejected_total",
                               "Updates, and messages on WebSockets, not taken because something in them is wrong.",
                               static_cast<double>(intake_.rejected.load(std::memory_order_relaxed))));
    return families;
  };
  append(routes, server::api::ops_routes(services, registry_, std::move(ops)));
  if (options_.console) append(routes, server::api::console_routes());
  if (!options_.web_root.empty()) append(routes, server::api::file_routes(options_.web_root));
  return server::Router(std::move(routes));
}

void Front::start() {
  server_->start();
  ticker_.start();
}

void Front::drain() {
  ticker_.stop();
  if (!server_->drain(kDrainAtMost)) spdlog::warn("Some connections were cut before their answers were taken.");
}

}  // namespace playhead::app
