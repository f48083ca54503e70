#include "link/peer.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/bytes.h"
#include "link/error_codes.h"
#include "link/peer_attempt.h"

namespace playhead::link {

Peer::Peer(PeerContext& context, PeerHost& host, boost::asio::io_context& io, std::string address)
    : context_(context),
      host_(host),
      io_(io),
      address_(std::move(address)),
      breaker_({.min_pause = context.options.min_retry_pause,
                .max_pause = context.options.max_retry_pause,
                .timeouts_to_open = context.options.timeouts_to_open},
               std::random_device{}()),
      deadline_timer_(io),
      tick_timer_(io),
      last_used_(std::chrono::steady_clock::now()),
      samples_(context.options.clock_samples) {}

Peer::~Peer() {
  if (wire_) wire_->let_go();
}

void Peer::stop() {
  stopped_ = true;
  if (attempt_) attempt_->abandon();
  attempt_ = nullptr;
  if (wire_) wire_->let_go();
  wire_ = nullptr;
  deadline_timer_.cancel();
  tick_timer_.cancel();
  fail_all({"peer-unavailable", "This node is stopping or has given up its peer at " + address_ + "."});
}

std::optional<Error> Peer::refusal(const Call& call, Time now) {
  const auto& options = context_.options;
  const auto max_payload = open_ ? wire_->max_payload_bytes() : options.max_frame_bytes;
  if (call.payload.size() > max_payload) {
    return Error{"frame-too-large", "The request to the peer at " + address_ + " has " +
                                        std::to_string(call.payload.size()) + " bytes, and the two nodes take " +
                                        std::to_string(max_payload) + "."};
  }
  const auto same_kind = call.lasts() ? streams_ : calls_.size() - streams_;
  if (same_kind >= (call.lasts() ? options.max_streams : options.max_in_flight) ||
      // Those among them that have timed out since.
      waiting_.size() >= options.max_in_flight + streams_ ||
      waiting_bytes_ + call.payload.size() > options.max_output_bytes) {
    return Error{"peer-busy", "This node has " + std::to_string(same_kind) + " requests to the peer at " + address_ +
                                  " without an end and sends no more now."};
  }
  // Whoever tries makes the connection; the others don't wait for a trial.
  if (breaker_.open() && (connecting() || !breaker_.admits(now))) {
    auto error = last_failure_;
    error.detail += " It is tried again within " + std::to_string(context_.options.max_retry_pause.count()) + " ms.";
    return error;
  }
  return std::nullopt;
}

void Peer::call(std::uint64_t id, Call call) {
  ++context_.counters.calls;
  const auto now = std::chrono::steady_clock::now();
  last_used_ = now;
  if (const auto error = refusal(call, now)) return finish(std::move(call), std::unexpected(*error));
  const auto deadline = call.deadline;
  const auto bytes = call.payload.size();
  if (call.lasts()) ++streams_;
  calls_.emplace(id, std::move(call));
  if (deadline != Time::max()) {
    deadlines_.emplace(deadline, id);
    watch_deadlines();
  }
  if (open_) return send(id);
  waiting_.push_back(id);
  waiting_bytes_ += bytes;
  if (!connecting()) connect();
}

void Peer::send(std::uint64_t id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  auto& call = found->second;
  if (call.payload.size() > wire_->max_payload_bytes()) {
    return end(id, fail("frame-too-large", "The peer at " + address_ + " takes at most " +
                                               std::to_string(wire_->max_payload_bytes()) + " bytes in a request."));
  }
  if (!wire_->send(FrameType::kRequest, id, call.kind, std::exchange(call.payload, {}))) {
    end(id, fail("peer-busy", "The peer at " + address_ + " takes requests more slowly than this node makes them."));
  }
}

void Peer::cancel(std::uint64_t id) {
  if (!calls_.contains(id)) return;
  if (open_) wire_->send_control(FrameType::kCancel, id, {});
  end(id, fail("cancelled", "The caller wanted no answer any more."));
}

void Peer::end(std::uint64_t id, Result<std::string> outcome) {
  auto node = calls_.extract(id);
  if (node.empty()) return;
  if (!open_) waiting_bytes_ -= node.mapped().payload.size();
  if (node.mapped().lasts()) {
    --streams_;
  } else {
    deadlines_.erase({node.mapped().deadline, id});
  }
  finish(std::move(node.mapped()), std::move(outcome));
}

void Peer::finish(Call call, Result<std::string> outcome) {
  if (!outcome) count(outcome.error());
  host_.call_ended(call.lasts());
  call.done(std::move(outcome));
}

void Peer::count(const Error& error) {
  auto& counters = context_.counters;
  if (error.code == "peer-unavailable") {
    ++counters.failed_unavailable;
  } else if (error.code == "peer-timeout") {
    ++counters.failed_timeout;
  } else if (error.code == "peer-refused") {
    ++counters.failed_refused;
  } else if (error.code == "peer-busy" || error.code == "frame-too-large") {
    ++counters.failed_busy;
  } else if (error.code != "cancelled") {
    ++counters.failed_by_peer;
  }
}

void Peer::on_open() {
  open_ = true;
  ++context_.counters.connections_made;
  breaker_.connected();
  ping();
  tick();
  waiting_bytes_ = 0;
  for (const auto id : std::exchange(waiting_, {})) {
    if (!open_) return;
    send(id);
  }
}

void Peer::on_frame(Frame frame) {
  switch (frame.type) {
    case FrameType::kPong: return on_pong(frame);
    case FrameType::kItem:
      if (const auto found = calls_.find(frame.id); found != calls_.end() && found->second.on_item) {
        breaker_.succeeded();
        found->second.on_item(std::move(frame.payload));
      }
      return;
    case FrameType::kAnswer:
    case FrameType::kFailure: return on_end(std::move(frame));
    default: return;
  }
}

void Peer::on_end(Frame frame) {
  if (!calls_.contains(frame.id)) {
    ++context_.counters.late_answers;
    return;
  }
  breaker_.succeeded();
  if (frame.type == FrameType::kAnswer) return end(frame.id, std::move(frame.payload));
  const auto failure = decode_failure(frame.payload);
  if (!failure)
    return end(frame.id, fail("peer-failed", "The peer at " + address_ + " sent no error that can be read."));
  end(frame.id, fail(kept_code(failure->first), std::string(failure->second)));
}

void Peer::on_pong(const Frame& frame) {
  if (frame.id != ping_id_ || frame.payload.size() < 8) return;
  breaker_.heard();
  const auto round_trip =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - ping_left_);
  samples_.add(clock_sample(ping_left_ms_, static_cast<std::int64_t>(get_u64_be(frame.payload)),
                            context_.clock.now_ms(), round_trip));
  host_.clock_compared(address_, samples_.best());
}

void Peer::ping() {
  ++ping_id_;
  ping_left_ = std::chrono::steady_clock::now();
  ping_left_ms_ = context_.clock.now_ms();
  wire_->send_control(FrameType::kPing, ping_id_, {});
}

void Peer::tick() {
  const bool waits_to_retry = kept_ && !wire_ && !attempt_;
  tick_timer_.expires_at(waits_to_retry ? breaker_.retry_at()
                                        : std::chrono::steady_clock::now() + context_.options.ping_interval);
  tick_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->stopped_) return;
    const auto now = std::chrono::steady_clock::now();
    if (!self->kept_ && self->calls_.empty() && now - self->last_used_ >= self->context_.options.idle_timeout) {
      return self->host_.idle(self->address_);
    }
    if (self->open_) self->ping();
    if (!self->wire_ && !self->attempt_ && self->kept_ && now >= self->breaker_.retry_at()) self->connect();
    self->tick();
  });
}

void Peer::watch_deadlines() {
  if (deadlines_.empty() || deadlines_.begin()->first >= deadline_set_) return;
  deadline_set_ = deadlines_.begin()->first;
  deadline_timer_.expires_at(deadline_set_);
  deadline_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->stopped_) return;
    self->deadline_set_ = Time::max();
    self->expire();
    self->watch_deadlines();
  });
}

void Peer::expire() {
  const auto now = std::chrono::steady_clock::now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto id = deadlines_.begin()->second;
    if (open_) {
      wire_->send_control(FrameType::kCancel, id, {});
      breaker_.timed_out(now);
      last_failure_ = {"peer-unavailable",
                       "The peer at " + address_ + " doesn't answer in time; it may be overloaded."};
    }
    end(id, fail("peer-timeout", "The peer at " + address_ + " did not answer in time."));
  }
}

}  // namespace playhead::link
