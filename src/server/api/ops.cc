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

// A metric's counts since the start are all 0; gauges always say something.
bool counted_nothing(prometheus::MetricType type, const prometheus::ClientMetric& metric) {
  if (type == prometheus::MetricType::Histogram) return metric.histogram.sample_count == 0;
  return type == prometheus::MetricType::Counter && metric.counter.value == 0;
}

// What `?name[]=` asks for, as Prometheus' client for Java has it: only these, and of their labels only those that
// have counted something. Whoever asks each second gets a tenth of the text.
void keep_asked_for(std::vector<prometheus::MetricFamily>& families, const Request& request) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : request.query) {
    if (name == "name[]") names.push_back(value);
  }
  if (names.empty()) return;
  std::erase_if(families, [&](auto& family) {
    std::erase_if(family.metric,
                  [&](const auto& metric) { return !metric.label.empty() && counted_nothing(family.type, metric); });
    return std::ranges::find(names, family.name) == names.end();
  });
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
       [&registry, more = std::move(options.metrics)](const Request& request, Reply reply) {
         auto families = registry.Collect();
         std::ranges::move(more(), std::back_inserter(families));
         keep_asked_for(families, request);
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
