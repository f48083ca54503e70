#include "server/api/ops.h"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "server/api/json_writer.h"

namespace playhead::server::api {
namespace {

Response plain_json(unsigned status, std::string body) {
  Response response{.status = status, .body = std::move(body)};
  response.header("Cache-Control", "no-store");
  return response;
}

Response ready(const std::vector<Condition>& conditions) {
  const bool ready = std::ranges::none_of(conditions, [](const auto& one) { return one.trouble.has_value(); });
  JsonWriter json;
  json.begin_object().flag("ready", ready);
  for (const auto& [name, trouble, meaning] : conditions) {
    json.text(name, trouble ? fmt::format("{}: {} ({})", trouble->code, meaning, trouble->detail) : "ok");
  }
  json.end_object();
  return plain_json(ready ? 200 : 503, std::move(json.str()));
}

}  // namespace

std::vector<Route> ops_routes(const Services& services, prometheus::Registry& registry, OpsOptions options) {
  const auto openapi = std::make_shared<const std::string>(services.options.openapi);
  std::vector<Route> routes{
      {Method::kGet, "/healthz",
       [](const Request&, Reply reply) { reply.send(plain_json(200, R"({"status":"ok"})")); }},
      {Method::kGet, "/readyz",
       [conditions = std::move(options.conditions)](const Request&, Reply reply) {
         reply.send(ready(conditions()));
       }},
      {Method::kGet, "/metrics",
       [&registry, more = std::move(options.metrics)](const Request&, Reply reply) {
         auto families = registry.Collect();
         std::ranges::move(more(), std::back_inserter(families));
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
