#include "server/api/progress.h"

#include <memory>

#include "model/record.h"
#include "server/api/json_writer.h"

namespace playhead::server::api {
namespace {

// Kept by each worker's thread.
struct Scratch {
  const Services* owner = nullptr;
  std::unique_ptr<ProgressParser> parser;
  std::string updates;
};

Scratch& scratch_of(const Services& services) {
  thread_local Scratch scratch;
  if (scratch.owner != &services) {
    scratch.owner = &services;
    scratch.parser = std::make_unique<ProgressParser>(services.options.limits);
  }
  scratch.updates.clear();
  return scratch;
}

class ProgressHandler {
 public:
  explicit ProgressHandler(const Services& services) : services_(std::make_shared<Services>(services)) {}

  void operator()(const Request& request, Reply reply) const {
    if (refuse_media_type(request, reply)) return;
    auto& scratch = scratch_of(*services_);
    const auto parsed = scratch.parser->parse(request.body);
    if (!parsed) return reply.send(Problem{.status = 400, .error = parsed.error()});
    const auto& rules = services_->options.rules;
    if ((*parsed)->batch) return take_batch(**parsed, scratch, std::move(reply));
    const auto& heartbeat = *(*parsed)->updates.front();
    if (auto refused = refuse_order(heartbeat, rules.ordering)) {
      return reply.send(Problem{.status = 400, .error = std::move(*refused)});
    }
    append(scratch.updates, heartbeat);
    services_->acks.commit_one(std::move(reply), scratch.updates);
  }

 private:
  void append(std::string& updates, const model::Heartbeat& heartbeat) const {
    const auto receipt = services_->receipts.next();
    model::append_update(updates, model::stamp(heartbeat, receipt.ms, services_->options.rules, receipt.order));
  }

  void take_batch(const ProgressRequest& batch, Scratch& scratch, Reply reply) const {
    const auto& rules = services_->options.rules;
    std::uint64_t accepted = 0;
    JsonWriter rejected;
    rejected.begin_array("rejected");
    for (std::size_t index = 0; index < batch.updates.size(); ++index) {
      const auto& update = batch.updates[index];
      const auto error = update ? refuse_order(*update, rules.ordering) : std::optional(update.error());
      if (error) {
        rejected.begin_object().integer("index", index).text("code", error->code);
        rejected.text("detail", error->detail).flag("retry", false).end_object();
        continue;
      }
      append(scratch.updates, *update);
      ++accepted;
    }
    rejected.end_array();
    JsonWriter fields;
    fields.integer("accepted", accepted).fields(rejected.str());
    if (accepted == 0) return services_->acks.answer_empty(std::move(reply), std::move(fields.str()));
    services_->acks.commit(std::move(reply), scratch.updates, std::move(fields.str()));
  }

  // Shared so that std::function may copy the handler without a second identity for scratch_of().
  std::shared_ptr<const Services> services_;
};

}  // namespace

bool refuse_media_type(const Request& request, Reply& reply) {
  const bool known = request.content_type.empty() || request.has_media_type("application/json") ||
                     request.has_media_type("text/plain");
  const bool plain = request.content_encoding.empty() || equal_ignoring_case(request.content_encoding, "identity");
  if (known && plain) return false;
  reply.send(
      Problem{.status = 415,
              .error = {"unsupported-media-type",
                        plain ? "The body has to be JSON: send it with Content-Type application/json or text/plain."
                              : "Compressed bodies are not taken: send it without Content-Encoding."}});
  return true;
}

std::optional<Error> refuse_order(const model::Heartbeat& heartbeat, model::Ordering ordering) {
  if (ordering == model::Ordering::kTimestamp || heartbeat.counter || heartbeat.live) return std::nullopt;
  return Error{
      "missing-counter",
      "This server orders by counters: send \"counter\", one more than the resume answer gave, the same for the "
      "whole session."};
}

Handler progress_handler(const Services& services) { return ProgressHandler(services); }

}  // namespace playhead::server::api
