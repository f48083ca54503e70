#include "server/api/progress.h"

#include <memory>

#include "server/api/intake.h"
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
    if (!parsed) return refuse(std::move(reply), parsed.error());
    const auto& rules = services_->options.rules;
    if ((*parsed)->batch) return answer_batch(**parsed, scratch, std::move(reply));
    const auto& heartbeat = *(*parsed)->updates.front();
    if (auto refused = refuse_order(heartbeat, rules.ordering)) {
      return refuse(std::move(reply), std::move(*refused));
    }
    append_stamped(*services_, heartbeat, scratch.updates);
    services_->acks.commit_one(std::move(reply), scratch.updates);
  }

 private:
  void refuse(Reply reply, Error error) const {
    services_->intake.reject();
    reply.send(Problem{.status = 400, .error = std::move(error)});
  }

  void answer_batch(const ProgressRequest& batch, Scratch& scratch, Reply reply) const {
    const auto taken = take_batch(*services_, batch, scratch.updates);
    JsonWriter fields;
    fields.integer("accepted", taken.accepted).begin_array("rejected").fields(taken.rejected).end_array();
    if (taken.accepted == 0) return services_->acks.answer_empty(std::move(reply), std::move(fields.str()));
    services_->acks.commit(std::move(reply), scratch.updates, taken.accepted, std::move(fields.str()));
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

Handler progress_handler(const Services& services) { return ProgressHandler(services); }

}  // namespace playhead::server::api
