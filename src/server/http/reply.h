#pragma once

// The right to answer one request, exactly once. A handler answers at once, or keeps the Reply and answers
// later on the same worker thread, or parks it: then only a ReplyToken is left, a plain value that any thread
// may carry and hand to Server::complete() in bulk. If the connection is gone by then the answer is dropped
// without a word.

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "server/http/response.h"

namespace playhead::server {

class Protocol;
class SessionContext;

// Names a request that waits for its answer; worthless after the answer, and never reused for another
// request.
struct ReplyToken {
  std::uint32_t worker = 0;
  std::uint32_t session = 0;
  std::uint32_t generation = 0;
  std::uint32_t sequence = 0;

  friend bool operator==(const ReplyToken&, const ReplyToken&) = default;
};

// Belongs to the worker thread that called the handler: use and destroy it there only, and before that worker
// is gone. Moved-from, answered and parked handles are empty.
class Reply {
 public:
  Reply(SessionContext& context, ReplyToken token) : context_(&context), token_(token) {}
  Reply(Reply&& other) noexcept : context_(std::exchange(other.context_, nullptr)), token_(other.token_) {}
  Reply& operator=(Reply&& other) noexcept;
  // Answers 500 `internal-error` if nothing else was answered.
  ~Reply() {
    if (context_ != nullptr) abandon();
  }

  // Each answers and leaves the handle empty; a broken invariant when it is empty already.
  void send(const PreparedResponse& response);
  void send(const Response& response);
  void send(const Problem& problem);

  // Answers with the status and the header lines of `head`, nothing else, and lets `successor` go on with the
  // connection once that is sent. Only while the handler runs.
  void hand_over(const Response& head, std::unique_ptr<Protocol> successor);

  // The number of the worker whose thread this is.
  std::uint32_t worker() const { return token_.worker; }

  // Gives the right to answer to whoever holds the token. A token that is never completed is answered 503
  // `answer-timeout` after HttpOptions::answer_timeout.
  ReplyToken park() &&;

  explicit operator bool() const { return context_ != nullptr; }

 private:
  void abandon();
  SessionContext& take();

  SessionContext* context_;
  ReplyToken token_;
};

}  // namespace playhead::server
