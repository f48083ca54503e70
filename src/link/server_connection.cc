#include "link/server_connection.h"

#include <utility>

#include "base/bytes.h"

namespace playhead::link {
namespace {

Error too_large(std::size_t bytes, std::size_t max_bytes) {
  return {"frame-too-large", "The peer's answer has " + std::to_string(bytes) + " bytes, and the two nodes take " +
                                 std::to_string(max_bytes) + ": ask for less at a time."};
}

Error no_room() {
  return {
      "peer-busy",
      "The peer has more waiting for this node than it keeps: this node or the network is slow. Try again later."};
}

}  // namespace

ServerConnection::ServerConnection(ServerContext& context, ServerConnectionHost& host, Loop& loop,
                                   Wire::Socket socket, std::string peer)
    : context_(context),
      host_(host),
      mailbox_(loop.mailbox()),
      peer_(std::move(peer)),
      wire_(std::make_shared<Wire>(std::move(socket), context.suite.make(CipherSuite::Side::kAccepts),
                                   context.options, context.counters, *this)) {}

ServerConnection::~ServerConnection() { wire_->let_go(); }

void ServerConnection::stop() {
  stopped_ = true;
  wire_->let_go();
  cancel_all();
}

void ServerConnection::on_open() { host_.opened(*this); }

void ServerConnection::on_lost(Loss loss, const std::string& /*reason*/) {
  stopped_ = true;
  cancel_all();
  host_.lost(*this, loss);
}

void ServerConnection::cancel_all() {
  lasting_ = 0;
  for (const auto& [id, exchange] : std::exchange(exchanges_, {})) exchange->cancel();
}

void ServerConnection::on_frame(Frame frame) {
  switch (frame.type) {
    case FrameType::kRequest: return on_request(std::move(frame));
    case FrameType::kCancel:
      // Unknown when the answer is under way already. It keeps its place until the handler lets go of it.
      if (const auto found = exchanges_.find(frame.id); found != exchanges_.end()) {
        const auto exchange = found->second;
        exchange->cancel();
      }
      return;
    case FrameType::kPing: {
      std::string now;
      put_u64_be(now, static_cast<std::uint64_t>(context_.clock.now_ms()));
      return wire_->send_control(FrameType::kPong, frame.id, std::move(now));
    }
    default:
      if (frame.id != 0) {
        refuse(frame.id, {"unknown-frame", "The peer knows no frames of type " +
                                               std::to_string(static_cast<unsigned>(frame.type)) +
                                               "; it runs another release than this node."});
      }
  }
}

void ServerConnection::on_request(Frame frame) {
  ++context_.counters.requests;
  const auto in_flight = exchanges_.size() - lasting_;
  if (in_flight >= context_.options.max_in_flight) {
    return refuse(frame.id, {"peer-busy", "The peer has " + std::to_string(in_flight) +
                                              " requests of this node without an answer and takes no more now."});
  }
  auto exchange =
      std::make_shared<Exchange>(frame.id, frame.kind, context_.options.max_stream_bytes, mailbox_, weak_from_this());
  if (!exchanges_.emplace(frame.id, exchange).second) return wire_->close(Loss::kProtocol);
  context_.handler(frame.kind, std::move(frame.payload), Responder(std::move(exchange)));
}

void ServerConnection::refuse(std::uint64_t id, const Error& error) {
  ++context_.counters.requests_refused;
  wire_->send_control(FrameType::kFailure, id, encode_failure(error.code, error.detail));
}

bool ServerConnection::end(const std::shared_ptr<Exchange>& exchange) {
  if (stopped_ || exchanges_.erase(exchange->id) == 0) return false;
  if (exchange->lasts) --lasting_;
  // What it holds may hold a responder; it goes when the exchange can do without.
  exchange->on_ready = nullptr;
  exchange->on_cancel = nullptr;
  return !exchange->cancelled;
}

void ServerConnection::answer(const std::shared_ptr<Exchange>& exchange, std::string payload) {
  if (!end(exchange)) return;
  const auto size = payload.size();
  if (size > wire_->max_payload_bytes()) {
    refuse(exchange->id, too_large(size, wire_->max_payload_bytes()));
  } else if (!wire_->send(FrameType::kAnswer, exchange->id, 0, std::move(payload))) {
    refuse(exchange->id, no_room());
  }
}

void ServerConnection::fail(const std::shared_ptr<Exchange>& exchange, const Error& error) {
  if (!end(exchange)) return;
  // A sentence is no place for data.
  constexpr std::size_t kMaxDetailBytes = 4'096;
  wire_->send_control(FrameType::kFailure, exchange->id,
                      encode_failure(error.code, std::string_view(error.detail).substr(0, kMaxDetailBytes)));
}

void ServerConnection::push(const std::shared_ptr<Exchange>& exchange, std::string item) {
  if (stopped_ || exchange->cancelled || !exchanges_.contains(exchange->id)) return;
  const auto size = item.size();
  const bool fits = size <= wire_->max_payload_bytes();
  if (fits && wire_->send(FrameType::kItem, exchange->id, 0, std::move(item), exchange)) return;
  // A stream with a hole would be taken for whole.
  exchange->cancel();
  refuse(exchange->id, fits ? no_room() : too_large(size, wire_->max_payload_bytes()));
}

void ServerConnection::lasts(const std::shared_ptr<Exchange>& exchange) {
  if (stopped_ || exchange->lasts || !exchanges_.contains(exchange->id)) return;
  if (lasting_ < context_.options.max_streams) {
    exchange->lasts = true;
    ++lasting_;
    return;
  }
  exchange->cancel();
  refuse(exchange->id,
         {"peer-busy", "The peer has " + std::to_string(lasting_) + " streams to this node and begins no more."});
}

void ServerConnection::count_overflow() { ++context_.counters.streams_overflowed; }

}  // namespace playhead::link
