#include "server/http/session.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace playhead::server {

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// An idle session keeps no more than this of its input buffer.
constexpr std::size_t kIdleBufferBytes = 512;

Problem to_problem(const Refusal& refusal) {
  return {refusal.status, Error{refusal.code, std::string(refusal.detail)}, 0};
}

Trouble trouble_of(const Refusal& refusal) {
  const bool too_large = refusal.status == 413 || refusal.status == 414 || refusal.status == 431;
  return too_large ? Trouble::kTooLarge : Trouble::kBadRequest;
}

}  // namespace

HttpSession::HttpSession(SessionContext& context, ProtocolEvents& events, std::string_view peer, Monotonic now)
    : context_(context),
      events_(events),
      peer_(peer),
      place_(context.admit(*this)),
      reader_(context.options()),
      replies_(context),
      phase_since_(now),
      output_since_(now) {}

HttpSession::~HttpSession() { context_.dismiss(place_); }

void HttpSession::on_bytes(std::string_view bytes, Monotonic now) {
  context_.counters().bytes_in += bytes.size();
  if (state_ != State::kOpen || last_read_) return;
  const Busy busy(busy_);
  if (pending_.empty()) {
    const std::size_t taken = read_requests(bytes, now);
    if (!last_read_ || successor_) pending_.assign(bytes.substr(taken));
  } else {
    pending_.append(bytes);
    if (!stalled_) read_pending(now);
  }
  settle(now);
}

void HttpSession::read_pending(Monotonic now) {
  const std::size_t taken = read_requests(pending_, now);
  pending_.erase(0, last_read_ && !successor_ ? pending_.size() : taken);
  if (pending_.empty() && pending_.capacity() > kIdleBufferBytes) std::string().swap(pending_);
}

std::size_t HttpSession::read_requests(std::string_view input, Monotonic now) {
  std::size_t taken = 0;
  while (!last_read_) {
    stalled_ = !has_room() && taken < input.size();
    if (stalled_ || taken == input.size()) break;
    const auto phase_before = reader_.phase();
    const auto status = reader_.read(input.substr(taken), context_.head_);
    if (status == MessageReader::Status::kNeedMore) {
      if (reader_.phase() != phase_before) phase_since_ = now;
      break;
    }
    phase_since_ = now;
    if (status == MessageReader::Status::kRefused) {
      refuse(reader_.refusal(), now);
      break;
    }
    handle(now);
    taken += reader_.size();
    reader_.reset();
  }
  // Closing with bytes unread would reset the connection and take the answer with it.
  if (last_read_ && !successor_ && taken < input.size()) must_linger_ = true;
  return taken;
}

void HttpSession::handle(Monotonic now) {
  const Head& head = context_.head_;
  served_ = true;
  OwedReply owed{.since = now,
                 .route = static_cast<std::uint32_t>(context_.router_.routes().size()),
                 .http_1_1 = head.http_1_1,
                 .head_only = head.method == Method::kHead,
                 .last = !head.keep_alive || context_.draining()};
  last_read_ = owed.last;
  route(Reply(context_, token(owe(head.request_id, owed))));
}

void HttpSession::route(Reply reply) {
  const Head& head = context_.head_;
  Target& target = context_.target_;
  if (const auto refusal = parse_target(head.target, head.method, context_.options(), target)) {
    context_.counters().count(Trouble::kBadRequest);
    return reply.send(to_problem(*refusal));
  }
  const auto match = context_.router_.find(head.method, target.segments, context_.path_values_);
  const bool whole_server = target.segments.empty();
  if (target.path.starts_with("/v1/")) replies_.back().cors = context_.cors_.lines_for(head.origin);
  if (match.route == nullptr) {
    if (head.method == Method::kOptions && (whole_server || !match.allow.empty())) {
      Response response = empty_response(204);
      if (!whole_server) response.header("Allow", match.allow);
      if (!replies_.back().cors.empty()) context_.cors_.allow(response, match.allow);
      return reply.send(response);
    }
    if (match.allow.empty()) {
      return reply.send(Problem{404, {"not-found", "There is nothing at this path."}});
    }
    const Problem problem{405, {"method-not-allowed", "This path answers to: " + std::string(match.allow) + "."}};
    Response response = problem_response(problem, context_.request_id_.view());
    return reply.send(response.header("Allow", match.allow));
  }
  replies_.back().route = static_cast<std::uint32_t>(context_.router_.index_of(*match.route));
  auto& path_values = context_.named_values_;
  path_values.clear();
  for (std::size_t i = 0; i < match.names.size(); ++i) {
    path_values.push_back({match.names[i], context_.path_values_[i]});
  }
  const Request request{.method = head.method,
                        .path = target.path,
                        .path_values = path_values,
                        .query = target.query,
                        .headers = head.headers,
                        .content_type = head.content_type,
                        .content_encoding = head.content_encoding,
                        .if_none_match = head.if_none_match,
                        .authorization = head.authorization,
                        .body = reader_.body(),
                        .request_id = context_.request_id_.view(),
                        .peer = peer_};
  call(match.route->handler, request, std::move(reply));
}

void HttpSession::call(const Handler& handler, const Request& request, Reply reply) {
  try {
    handler(request, std::move(reply));
  } catch (const std::exception& failure) {
    if (const auto left_out = context_.handler_log_.allow(context_.clock().monotonic())) {
      spdlog::error("{} {} failed: {} (request {}; {} like it not logged)", method_name(request.method), request.path,
                    failure.what(), request.request_id, *left_out);
    }
  }
}

std::uint32_t HttpSession::owe(std::string_view wanted_id, OwedReply& owed) {
  if (is_sane_request_id(wanted_id)) {
    owed.id.assign(wanted_id);
  } else {
    context_.ids_.next(owed.id);
  }
  context_.request_id_ = owed.id;
  return replies_.push(owed);
}

ReplyToken HttpSession::token(std::uint32_t sequence) const {
  ReplyToken token = place_;
  token.sequence = sequence;
  return token;
}

void HttpSession::refuse(const Refusal& refusal, Monotonic now) {
  context_.counters().count(trouble_of(refusal));
  end_with(to_problem(refusal), now);
}

void HttpSession::end_with(const Problem& problem, Monotonic now) {
  last_read_ = must_linger_ = true;
  OwedReply owed{.since = now, .route = static_cast<std::uint32_t>(context_.router_.routes().size()), .last = true};
  context_.answer(token(owe(context_.head_.request_id, owed)), problem);
}

void HttpSession::turn_away(const Problem& problem, Monotonic now) {
  const Busy busy(busy_);
  context_.head_.request_id = {};
  end_with(problem, now);
  settle(now);
}

void HttpSession::answer(std::uint32_t sequence, const AnswerParts& parts) {
  if (replies_.find(sequence) == nullptr) return;
  replies_.answer(sequence, parts);
  if (!busy_) events_.answered_late();
}

void HttpSession::hand_over(std::uint32_t sequence, const AnswerParts& head, std::unique_ptr<Protocol> successor) {
  if (replies_.find(sequence) == nullptr) return;
  successor_ = std::move(successor);
  last_read_ = true;
  // What follows has no length: it ends with the connection.
  if (head.status != 101) replies_.back().last = true;
  answer(sequence, head);
}

Protocol::Successor HttpSession::take_successor() {
  return {.protocol = std::move(successor_), .unread = std::move(pending_)};
}

bool HttpSession::has_room() const {
  return replies_.size() < context_.options().max_pipelined &&
         replies_.held_bytes() < context_.options().max_output_bytes;
}

void HttpSession::proceed(Monotonic now) {
  const Busy busy(busy_);
  settle(now);
}

void HttpSession::on_sent(std::size_t size, Monotonic now) {
  const Busy busy(busy_);
  context_.counters().bytes_out += size;
  replies_.sent(size);
  output_since_ = now;
  if (reader_.phase() == MessageReader::Phase::kIdle) phase_since_ = now;
  settle(now);
}

void HttpSession::on_end_of_input(Monotonic now) {
  const Busy busy(busy_);
  input_ended_ = true;
  if (state_ == State::kLingering) state_ = State::kClosed;
  settle(now);
}

void HttpSession::drain(Monotonic now) {
  const Busy busy(busy_);
  if (replies_.empty() && pending_.empty()) last_read_ = true;
  if (!replies_.empty() && pending_.empty()) {
    replies_.back().last = true;
    last_read_ = true;
  }
  settle(now);
}

void HttpSession::settle(Monotonic now) {
  if (state_ != State::kOpen) return;
  if (stalled_ && has_room()) {
    phase_since_ = now;
    read_pending(now);
  }
  if (reader_.awaits_continue() && replies_.empty() && !last_read_) {
    replies_.write_interim(kContinue);
    reader_.continue_sent();
  }
  if (output().empty()) {
    output_waits_ = false;
  } else if (!std::exchange(output_waits_, true)) {
    output_since_ = now;
  }
  const bool nothing_to_come = last_read_ || (input_ended_ && !stalled_);
  if (!nothing_to_come || !replies_.empty() || !output().empty()) return;
  const bool linger = must_linger_ && !input_ended_;
  state_ = successor_ ? State::kHandedOver : linger ? State::kLingering : State::kClosed;
  phase_since_ = now;
}

}  // namespace playhead::server
