#pragma once

// From a handler to the log and back: a write is handed to the committer with its request parked, and answered when
// its record is durable. Requests of one commit that have the same answer share it, and leave in one hand-over a
// worker.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apply/committer.h"
#include "apply/pacing.h"
#include "base/clock.h"
#include "server/http/reply.h"
#include "server/http/response.h"
#include "server/http/server.h"

namespace playhead::server::api {

class Acks final : public apply::CommitLane {
 public:
  Acks(apply::Committer& committer, const Clock& clock, apply::Pacing& pacing);

  // Must come before the first request; the server outlives every commit.
  void attach(Server& server) { server_ = &server; }

  // Answers 202 {"accepted":1,"rejected":[],…} once `updates` (one, framed by model::append_update) is durable; 429
  // at once when there is no room. Worker thread.
  void commit_one(Reply reply, std::string_view updates);
  // Of a request that was parked before, from any thread.
  void commit_one(const ReplyToken& parked, std::string_view updates);
  // The same of `count` updates, with `fields` (JSON fields without braces) in the place of accepted and rejected.
  void commit(Reply reply, std::string_view updates, std::uint64_t count, std::string fields);
  // 503 for a request that was parked before, from any thread.
  void refuse(const ReplyToken& parked, const Error& error);
  // 202 for a request that has nothing to commit.
  void answer_empty(Reply reply, std::string_view fields);

  void committed(std::vector<apply::Token> tokens, const Result<log::Durability>& outcome) override;

 private:
  // What an answer has that others of its commit don't.
  struct Own {
    std::string fields;
    std::uint64_t count;
  };
  static apply::Token pack(const ReplyToken& token, const Own* own);
  static std::unique_ptr<const Own> take_own(const apply::Token& token);
  void submit(const ReplyToken& token, std::string_view updates, const Own* own, std::uint64_t count = 1);
  Response ack(std::string_view fields, std::uint64_t count, log::Durability durability) const;

  apply::Committer& committer_;
  const Clock& clock_;
  apply::Pacing& pacing_;
  std::size_t lane_;
  Server* server_ = nullptr;
};

// What `count` updates are told to wait, in tenths of seconds: nobody needs more, and answers stay short.
std::chrono::milliseconds next_in(apply::Pacing& pacing, std::uint64_t count, const Clock& clock);

std::string_view durability_name(log::Durability durability);
// 503 for a log or store that refuses. Says what the player has to do; what the operator has to do, with the names of
// files in it, is in the server's own log and in /readyz.
Problem unavailable(const Error& error);

}  // namespace playhead::server::api
