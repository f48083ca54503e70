// The part of HttpSession that minds the time.

#include <algorithm>

#include "server/http/session.h"

namespace playhead::server {

using Phase = MessageReader::Phase;

bool HttpSession::wants_input() const {
  if (state_ == State::kLingering) return true;
  return state_ == State::kOpen && !last_read_ && !input_ended_ && !stalled_ && has_room();
}

Monotonic HttpSession::input_deadline() const {
  const HttpOptions& options = context_.options();
  if (reader_.phase() == Phase::kHead) return phase_since_ + options.header_timeout;
  if (reader_.phase() == Phase::kBody) return phase_since_ + options.body_timeout;
  if (!replies_.empty() || !output().empty()) return Monotonic::max();
  // Who connects wants something: until then there is no reason to wait as long as for a player that plays.
  return phase_since_ + (served_ ? options.keep_alive_timeout : options.header_timeout);
}

Monotonic HttpSession::deadline() const {
  const HttpOptions& options = context_.options();
  if (state_ == State::kLingering) return phase_since_ + options.linger_timeout;
  if (state_ != State::kOpen) return Monotonic::max();
  Monotonic due = Monotonic::max();
  if (!output().empty()) due = output_since_ + options.write_timeout;
  if (!replies_.empty()) due = std::min(due, replies_.front().since + options.answer_timeout);
  return wants_input() ? std::min(due, input_deadline()) : due;
}

void HttpSession::on_deadline(Monotonic now) {
  const HttpOptions& options = context_.options();
  if (now < deadline()) return;
  const Busy busy(busy_);
  if (state_ == State::kLingering) {
    state_ = State::kClosed;
    return;
  }
  if (!output().empty() && now >= output_since_ + options.write_timeout) {
    context_.counters().count(Trouble::kWriteTimeout);
    state_ = State::kClosed;
    return;
  }
  while (!replies_.empty() && now >= replies_.front().since + options.answer_timeout) {
    context_.counters().count(Trouble::kAnswerTimeout);
    context_.answer(token(replies_.front_sequence()),
                    Problem{503, {"answer-timeout", "The server did not get to an answer in time. Try again."}, 1});
  }
  if (wants_input() && now >= input_deadline()) end_slow_input(now);
  settle(now);
}

void HttpSession::end_slow_input(Monotonic now) {
  if (reader_.phase() == Phase::kIdle) {
    last_read_ = true;
    return;
  }
  const bool in_head = reader_.phase() == Phase::kHead;
  context_.counters().count(in_head ? Trouble::kHeaderTimeout : Trouble::kBodyTimeout);
  context_.head_.request_id = {};
  end_with({408, {"request-timeout", "The request did not arrive in time."}}, now);
}

}  // namespace playhead::server
