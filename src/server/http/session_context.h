#pragma once

// What the sessions of one worker share: the table of routes, the limits, scratch memory, counters, and the
// way from a ReplyToken back to the session that waits for the answer. Everything here belongs to one thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/http/cors.h"
#include "server/http/counters.h"
#include "server/http/head.h"
#include "server/http/log_limiter.h"
#include "server/http/options.h"
#include "server/http/reply.h"
#include "server/http/request_id.h"
#include "server/http/router.h"
#include "server/http/target.h"

namespace playhead::server {

class HttpSession;
class Protocol;

class SessionContext {
 public:
  // `worker` goes into the tokens; `id_seed` must differ between workers and processes. What is referred to
  // must outlive the context, and the context its sessions.
  SessionContext(std::uint32_t worker, std::uint64_t id_seed, const HttpOptions& options, const Router& router,
                 const Clock& clock);
  SessionContext(const SessionContext&) = delete;
  SessionContext& operator=(const SessionContext&) = delete;

  // Answers the request of that token; nothing happens when its connection is gone or it has its answer.
  void answer(ReplyToken token, const PreparedResponse& response);
  void answer(ReplyToken token, const Response& response);
  void answer(ReplyToken token, const Problem& problem);
  void answer(ReplyToken token, const Answer& answer);

  // As Reply::hand_over().
  void hand_over(ReplyToken token, const Response& head, std::unique_ptr<Protocol> successor);

  // From now on every session closes after what it owes; call HttpSession::drain() on each as well.
  void start_drain() { draining_ = true; }
  bool draining() const { return draining_; }

  // The Date header is refreshed from the clock; call about once a second.
  void refresh_date();

  std::string_view date_line() const { return date_line_; }

  // Buffers that are empty keep no memory of their own: the context lends the one that is warm and takes it
  // back.
  void lend(std::string& buffer);
  void take_back(std::string& buffer);

  HttpCounters& counters() { return counters_; }
  const HttpOptions& options() const { return options_; }
  const Clock& clock() const { return clock_; }

 private:
  friend class HttpSession;

  struct Place {
    HttpSession* session = nullptr;
    std::uint32_t generation = 0;
  };

  // Where the tokens of a new session lead to; the sequence is the session's own matter.
  ReplyToken admit(HttpSession& session);
  void dismiss(ReplyToken place);
  HttpSession* find(ReplyToken token) const;

  const std::uint32_t worker_;
  const HttpOptions options_;
  const Cors cors_;
  const Router& router_;
  const Clock& clock_;
  HttpCounters counters_;
  RequestIdSource ids_;
  bool draining_ = false;
  std::string date_line_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_places_;
  std::string warm_buffer_;
  LogLimiter handler_log_;
  // Scratch for the request that is being handled; a handler runs to its end before another begins.
  Head head_;
  Target target_;
  RequestId request_id_;
  std::string answer_head_;
  std::vector<std::string_view> path_values_;
  std::vector<NamedValue> named_values_;
};

}  // namespace playhead::server
