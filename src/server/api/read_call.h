#pragma once

// One read of a user's rows on behalf of a request. The store answers inline when memory has it, and then the reply
// leaves at once; else the reply is parked and completed from the store's thread.

#include <functional>
#include <mutex>
#include <string>

#include "apply/reader.h"
#include "server/api/services.h"
#include "server/http/log_limiter.h"
#include "server/http/reply.h"
#include "server/http/request.h"

namespace playhead::server::api {

// Makes the answer from the rows. Runs on the worker's thread or on the store's, when the request is gone: it must
// own what it uses.
using Render = std::move_only_function<Response(const model::History&)>;

// The server whose replies are completed; set before the first request.
class ReadCalls {
 public:
  ReadCalls(apply::Reader& reader, const model::Thresholds& thresholds) : reader_(reader), thresholds_(thresholds) {}
  void attach(Server& server) { server_ = &server; }

  // Answers 503 `state-unknown` when the store can't say: never an empty answer for "I don't know".
  void start(store::Query query, Reply reply, Render render);

 private:
  // What the player is not told: which file, which node.
  void tell_operator(const Error& error);

  apply::Reader& reader_;
  const model::Thresholds& thresholds_;
  Server* server_ = nullptr;
  std::mutex mutex_;
  LogLimiter log_;
};

// 200 with ETag and Cache-Control, or 304 when the request's If-None-Match has the ETag already.
Response cacheable(std::string body, std::string_view if_none_match);

}  // namespace playhead::server::api
