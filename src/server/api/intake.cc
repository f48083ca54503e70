#include "server/api/intake.h"

#include <utility>

#include "model/record.h"
#include "server/api/json_writer.h"

namespace playhead::server::api {

std::optional<Error> refuse_order(const model::Heartbeat& heartbeat, model::Ordering ordering) {
  if (ordering == model::Ordering::kTimestamp || heartbeat.counter || heartbeat.live) return std::nullopt;
  return Error{
      "missing-counter",
      "This server orders by counters: send \"counter\", one more than the resume answer gave, the same for the "
      "whole session."};
}

namespace {

void append_received(const Services& services, const model::Heartbeat& heartbeat, const Receipt& receipt,
                     std::string& updates) {
  model::append_update(updates, model::stamp(heartbeat, receipt.ms, services.options.rules, receipt.order));
}

}  // namespace

void append_stamped(const Services& services, const model::Heartbeat& heartbeat, std::string& updates) {
  append_received(services, heartbeat, services.receipts.next(), updates);
}

Taken take_batch(const Services& services, const ProgressRequest& batch, std::string& updates) {
  Taken taken;
  JsonWriter rejected;
  auto receipts = services.receipts.next(batch.updates.size());
  for (std::size_t index = 0; index < batch.updates.size(); ++index) {
    const auto& update = batch.updates[index];
    const auto error =
        update ? refuse_order(*update, services.options.rules.ordering) : std::optional(update.error());
    if (error) {
      rejected.begin_object().integer("index", index).text("code", error->code);
      rejected.text("detail", error->detail).flag("retry", false).end_object();
      continue;
    }
    append_received(services, *update, receipts.take(), updates);
    ++taken.accepted;
  }
  if (const auto bad = batch.updates.size() - taken.accepted; bad > 0) services.intake.reject(bad);
  taken.rejected = std::move(rejected.str());
  return taken;
}

}  // namespace playhead::server::api
