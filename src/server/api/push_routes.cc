#include "server/api/push_routes.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/api/event_stream.h"
#include "server/api/reads.h"
#include "server/api/socket.h"
#include "server/ws/handshake.h"

namespace playhead::server::api {
namespace {

constexpr std::string_view kSubprotocol = "playhead.v1";

// What a browser lets any page do, unlike a request: so the server looks where the page is from. Programs send none.
bool is_foreign(const Request& request, const std::vector<std::string>& origins) {
  const auto origin = request.header("Origin");
  if (!origin || std::ranges::any_of(origins, [&](const auto& one) { return one == "*" || one == *origin; })) {
    return false;
  }
  const auto host = request.header("Host").value_or("");
  const auto scheme = origin->find("://");
  return scheme == std::string_view::npos || !equal_ignoring_case(origin->substr(scheme + 3), host);
}

void socket(PushServices& push, const std::vector<std::string>& origins, const Request& request, Reply reply) {
  if (is_foreign(request, origins)) {
    return reply.send(Problem{
        .status = 403,
        .error = {"foreign-origin", "A page from there may not connect; cors.origins names those that may."}});
  }
  const auto accepted = ws::accept(request, kSubprotocol);
  if (!accepted) return reply.send(accepted.error());
  auto application = std::make_unique<Socket>(push, reply.worker());
  reply.hand_over(*accepted, std::make_unique<ws::WebSocket>(push.options.socket, std::move(application)));
}

void events(PushServices& push, const Request& request, Reply reply) {
  const auto user = request.path_value("user");
  if (refuse_id(user, "The user", push.services.options.limits, reply)) return;
  if (push.source == nullptr) {
    return reply.send(
        Problem{.status = 503,
                .error = {"live-unavailable", "This server does not tell of changes; ask for the state instead."}});
  }
  if (push.connections() >= push.options.connections) {
    push.totals.count(PushDrop::kTooMany);
    return reply.send(Problem{.status = 503,
                              .error = {"too-many-connections", "This server has as many connections as it takes."},
                              .retry_after_s = 5});
  }
  Response head{.content_type = "text/event-stream"};
  head.header("Cache-Control", "no-store");
  // Proxies that gather answers would hold events back.
  head.header("X-Accel-Buffering", "no");
  if (request.method == Method::kHead) return reply.send(head);
  reply.hand_over(head, std::make_unique<EventStream>(push, reply.worker(), user));
}

}  // namespace

std::vector<Route> push_routes(PushServices& push, std::vector<std::string> origins) {
  return {
      {Method::kGet, "/v1/socket",
       [&push, origins = std::move(origins)](const Request& request, Reply reply) {
         socket(push, origins, request, std::move(reply));
       }},
      {Method::kGet, "/v1/users/{user}/events",
       [&push](const Request& request, Reply reply) { events(push, request, std::move(reply)); }},
  };
}

}  // namespace playhead::server::api
