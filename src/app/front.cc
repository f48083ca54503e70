#include "app/front.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <utility>

#include "server/api/openapi_document.h"
#include "server/api/progress.h"
#include "server/api/push_routes.h"
#include "server/api/reads.h"
#include "server/api/writes.h"

namespace playhead::app {
namespace {

constexpr std::chrono::seconds kDrainAtMost{10};

server::api::ApiOptions api_options(const Config& config, std::chrono::milliseconds keeps_for) {
  return {.rules = config.rules,
          .limits = {.max_id_bytes = config.limits.id_bytes, .max_batch = config.limits.batch},
          .log_age = keeps_for,
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

Front::Front(const Config& config, apply::Committer& committer, apply::StateSource& state, push::Source* source,
             const Clock& clock, std::chrono::milliseconds keeps_for, server::api::OpsOptions ops)
    : receipts_(clock),
      options_(api_options(config, keeps_for)),
      pace_(config.interval.next),
      acks_(committer, clock, pace_),
      reads_(state, options_.rules.thresholds),
      push_({.receipts = receipts_, .acks = acks_, .state = state, .options = options_}, source, committer, clock,
            pace_, {}, config.threads) {
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
  append(routes, server::api::push_routes(push_, {}));
  append(routes, server::api::ops_routes(services, registry_, std::move(ops)));
  if (!options_.web_root.empty()) append(routes, server::api::file_routes(options_.web_root));
  return server::Router(std::move(routes));
}

void Front::drain() {
  if (!server_->drain(kDrainAtMost)) spdlog::warn("Some connections were cut before their answers were taken.");
}

}  // namespace playhead::app
