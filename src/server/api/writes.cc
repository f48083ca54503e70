#include "server/api/writes.h"

#include <algorithm>
#include <memory>

#include "model/record.h"
#include "server/api/json_writer.h"
#include "server/api/list_place.h"
#include "server/api/mark_json.h"
#include "server/api/progress.h"
#include "server/api/reads.h"

namespace playhead::server::api {
namespace {

using Shared = std::shared_ptr<const Services>;

// An id in a URL carries no type: one that is written like an integer counts as one.
model::IdView url_id(std::string_view text) {
  const bool digits =
      !text.empty() && text.size() <= 16 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const bool canonical = digits && (text.size() == 1 || text.front() != '0');
  return {.text = text, .integer = canonical && (text.size() < 16 || text <= "9007199254740991")};
}

// True when the ids were refused.
bool take_ids(const Services& services, const Request& request, Reply& reply, model::Heartbeat& heartbeat) {
  const auto& limits = services.options.limits;
  heartbeat.user = url_id(request.path_value("user"));
  heartbeat.episode = url_id(request.path_value("episode"));
  const auto path_show = request.path_value("show");
  const auto show = path_show.empty() ? request.query_value("showId") : std::optional(path_show);
  if (show) heartbeat.show = url_id(*show);
  return refuse_id(heartbeat.user.text, "The user", limits, reply) ||
         (heartbeat.episode.present() && refuse_id(heartbeat.episode.text, "The episode", limits, reply)) ||
         (show && refuse_id(*show, "The show", limits, reply));
}

// In counter mode a mark takes the place after everything that is known of the user.
void commit_mark(const Services& services, const model::Heartbeat& heartbeat, Reply reply) {
  const auto receipt = services.receipts.next();
  auto update = model::stamp(heartbeat, receipt.ms, services.options.rules, receipt.order);
  std::string bytes;
  if (services.options.rules.ordering == model::Ordering::kTimestamp) {
    model::append_update(bytes, update);
    return services.acks.commit_one(std::move(reply), bytes);
  }
  // The read may end on another thread, after the request: the update's text goes along in its encoded form.
  model::append_update(bytes, update);
  services.state.read({.user = std::string(update.user.text)},
                      [bytes = model::record_header(0) + bytes, token = std::move(reply).park(),
                       &acks = services.acks, &rules = services.options.rules](Result<apply::UserRows> rows) {
                        if (!rows) return acks.refuse(token, rows.error());
                        model::RecordReader reader(bytes);
                        auto marked = **reader.next();
                        marked.version.counter = model::History(rows->rows(), rules.thresholds).greatest_counter();
                        std::string stamped;
                        model::append_update(stamped, marked);
                        acks.commit_one(token, stamped);
                      });
}

void mark(const Shared& services, const Request& request, Reply reply) {
  if (refuse_media_type(request, reply)) return;
  model::Heartbeat heartbeat;
  if (take_ids(*services, request, reply, heartbeat)) return;
  const auto body = parse_mark(request.body);
  if (!body) return reply.send(Problem{.status = 400, .error = body.error()});
  heartbeat.mark = body->watched ? model::Mark::kWatched : model::Mark::kUnwatched;
  heartbeat.timestamp_ms = body->timestamp_ms;
  commit_mark(*services, heartbeat, std::move(reply));
}

void remove(const Shared& services, const Request& request, Reply reply) {
  model::Heartbeat heartbeat;
  if (take_ids(*services, request, reply, heartbeat)) return;
  heartbeat.mark = model::Mark::kRemoved;
  commit_mark(*services, heartbeat, std::move(reply));
}

void erase(const Shared& services, const Request& request, Reply reply) {
  const auto user = request.path_value("user");
  if (refuse_id(user, "The user", services->options.limits, reply)) return;
  const auto now = services->receipts.next().ms;
  model::Update update;
  update.user = url_id(user);
  update.received_ms = now;
  update.version.time_ms = now;
  update.erase = true;
  std::string bytes;
  model::append_update(bytes, update);
  JsonWriter fields;
  fields.time("erasedUpTo", now).time("goneBy", now + services->options.log_age.count());
  services->acks.commit(std::move(reply), bytes, 1, std::move(fields.str()));
}

}  // namespace

std::vector<Route> write_routes(const Services& services) {
  const auto shared = std::make_shared<const Services>(services);
  const auto bind = [&shared](void (*handle)(const Shared&, const Request&, Reply)) {
    return [shared, handle](const Request& request, Reply reply) { handle(shared, request, std::move(reply)); };
  };
  return {
      {Method::kPatch, "/v1/users/{user}/episodes/{episode}", bind(mark)},
      {Method::kDelete, "/v1/users/{user}/episodes/{episode}", bind(remove)},
      {Method::kDelete, "/v1/users/{user}/continue-watching/{show}", bind(remove)},
      {Method::kDelete, "/v1/users/{user}", bind(erase)},
  };
}

}  // namespace playhead::server::api
