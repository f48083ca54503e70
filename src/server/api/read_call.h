#pragma once

// One read of a user's state on behalf of a request. It is answered inline when memory has it, and then the reply
// leaves at once; else the reply is parked and completed from the thread that has the answer.

#include <functional>
#include <mutex>
#include <string>

#include "apply/state_source.h"
#include "server/api/services.h"
#include "server/http/log_limiter.h"
#include "server/http/reply.h"
#include "server/http/request.h"

namespace playhead::server::api {

// What an answer is made from. `stale`: something newer may be known elsewhere.
struct KnownState {
  const model::History& history;
  bool stale;
};

// Makes the answer. Runs on the worker's thread or on whichever has the state, when the request is gone: it must own
// what it uses.
using Render = std::move_only_function<Response(const KnownState&)>;
using RenderWatching = std::move_only_function<Response(const apply::Watching&)>;
using RenderSessions = std::move_only_function<Response(const apply::UserSessions&)>;

// The server whose replies are completed; set before the first request.
class ReadCalls {
 public:
  ReadCalls(apply::StateSource& state, const model::Thresholds& thresholds)
      : state_(state), thresholds_(thresholds) {}
  void attach(Server& server) { server_ = &server; }

  // Answers 503 `state-unknown` when the store can't say: never an empty answer for "I don't know".
  void start(store::Query query, Reply reply, Render render);
  void start_sessions(std::string user, Reply reply, RenderSessions render);
  void start_watching(const std::string& show, const std::string& episode, Reply reply, RenderWatching render);

 private:
  // What the player is not told: which file, which node.
  void tell_operator(const Error& error);
  Problem unknown_state(const Error& error);

  apply::StateSource& state_;
  const model::Thresholds& thresholds_;
  Server* server_ = nullptr;
  std::mutex mutex_;
  LogLimiter log_;
};

// 200 with ETag and Cache-Control, or 304 when the request's If-None-Match has the ETag already.
Response cacheable(std::string body, std::string_view if_none_match);

}  // namespace playhead::server::api
