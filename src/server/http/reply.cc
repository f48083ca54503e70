#include "server/http/reply.h"

#include <cstdlib>

#include "server/http/protocol.h"
#include "server/http/session_context.h"

namespace playhead::server {

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    if (context_ != nullptr) abandon();
    context_ = std::exchange(other.context_, nullptr);
    token_ = other.token_;
  }
  return *this;
}

SessionContext& Reply::take() {
  if (context_ == nullptr) std::abort();
  return *std::exchange(context_, nullptr);
}

void Reply::send(const PreparedResponse& response) { take().answer(token_, response); }

void Reply::send(const Response& response) { take().answer(token_, response); }

void Reply::send(const Problem& problem) { take().answer(token_, problem); }

void Reply::hand_over(const Response& head, std::unique_ptr<Protocol> successor) {
  take().hand_over(token_, head, std::move(successor));
}

ReplyToken Reply::park() && {
  take();
  return token_;
}

void Reply::abandon() {
  SessionContext& context = take();
  context.counters().count(Trouble::kHandlerFailed);
  context.answer(token_, Problem{500, {"internal-error", "The server failed on this request; its log says why."}});
}

}  // namespace playhead::server
