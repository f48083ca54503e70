#include "server/api/acks.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "server/api/json_writer.h"

namespace playhead::server::api {
namespace {

// Requests that share an answer are told the same interval, and would come again together: not too many of them.
constexpr std::size_t kAlike = 64, kMostAnswers = 8;

constexpr std::string_view kOneAccepted = "\"accepted\":1,\"rejected\":[]";

ReplyToken unpack(const apply::Token& token) {
  return {.worker = static_cast<std::uint32_t>(token[0] >> 32),
          .session = static_cast<std::uint32_t>(token[0]),
          .generation = static_cast<std::uint32_t>(token[1] >> 32),
          .sequence = static_cast<std::uint32_t>(token[1])};
}

}  // namespace

std::chrono::milliseconds next_in(apply::Pacing& pacing, std::uint64_t count, const Clock& clock) {
  return (pacing.next_in(count, clock.monotonic()) + std::chrono::milliseconds(99)) / 100 * 100;
}

// A parked reply and what it has of its own (null for the shared answer) as the committer carries them.
apply::Token Acks::pack(const ReplyToken& token, const Own* own) {
  return {(std::uint64_t{token.worker} << 32) | token.session,
          (std::uint64_t{token.generation} << 32) | token.sequence, reinterpret_cast<std::uintptr_t>(own)};
}
std::unique_ptr<const Acks::Own> Acks::take_own(const apply::Token& token) {
  return std::unique_ptr<const Own>(reinterpret_cast<const Own*>(token[2]));
}

std::string_view durability_name(log::Durability durability) {
  switch (durability) {
    case log::Durability::kReplicated: return "replicated";
    case log::Durability::kLocal: return "local";
    case log::Durability::kDisk: break;
  }
  return "disk";
}

Problem unavailable(const Error& error) {
  const std::string_view what = error.code == "log-full" ? "The server's disk is full" : "The server can't store now";
  return {
      .status = 503,
      .error = {error.code, fmt::format("{}, so nothing was stored. Keep the update and send it again after the time "
                                        "in Retry-After.",
                                        what)},
      .retry_after_s = 5};
}

Acks::Acks(apply::Committer& committer, const Clock& clock, apply::Pacing& pacing)
    : committer_(committer), clock_(clock), pacing_(pacing), lane_(committer.add_lane(*this)) {}

Response Acks::ack(std::string_view fields, std::uint64_t count, log::Durability durability) const {
  JsonWriter json;
  json.begin_object().fields(fields);
  json.text("durability", durability_name(durability)).time("serverTime", clock_.now_ms());
  json.seconds("nextInSeconds", next_in(pacing_, count, clock_).count()).end_object();
  return {.status = 202, .body = std::move(json.str())};
}

void Acks::submit(const ReplyToken& token, std::string_view updates, const Own* own, std::uint64_t count) {
  if (committer_.submit(lane_, updates, pack(token, own), count)) return;
  delete own;
  const Problem busy{.status = 429,
                     .error = {"overloaded",
                               "The queue is full: the disk does not keep up. Nothing was stored; send "
                               "the same again after the time in Retry-After."},
                     .retry_after_s = 2};
  server_->complete(std::span(&token, 1), busy);
}

void Acks::commit_one(Reply reply, std::string_view updates) { submit(std::move(reply).park(), updates, nullptr); }
void Acks::commit_one(const ReplyToken& parked, std::string_view updates) { submit(parked, updates, nullptr); }

void Acks::commit(Reply reply, std::string_view updates, std::uint64_t count, std::string fields) {
  submit(std::move(reply).park(), updates, std::make_unique<const Own>(Own{std::move(fields), count}).release(),
         count);
}

void Acks::refuse(const ReplyToken& parked, const Error& error) {
  server_->complete(std::span(&parked, 1), unavailable(error));
}

void Acks::answer_empty(Reply reply, std::string_view fields) { reply.send(ack(fields, 0, log::Durability::kDisk)); }

void Acks::committed(std::vector<apply::Token> tokens, const Result<log::Durability>& outcome) {
  std::vector<ReplyToken> alike;
  std::vector<CompletedReply> others;
  alike.reserve(tokens.size());
  for (const auto& token : tokens) {
    const auto own = take_own(token);
    if (!outcome || !own) {
      alike.push_back(unpack(token));
    } else {
      others.push_back({unpack(token), PreparedResponse(ack(own->fields, own->count, *outcome))});
    }
  }
  for (std::span<const ReplyToken> rest(alike); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), std::max(kAlike, alike.size() / kMostAnswers + 1)));
    rest = rest.subspan(some.size());
    server_->complete(some, outcome ? Answer(PreparedResponse(ack(kOneAccepted, some.size(), *outcome)))
                                    : Answer(unavailable(outcome.error())));
  }
  if (!others.empty()) server_->complete(std::move(others));
}

}  // namespace playhead::server::api
