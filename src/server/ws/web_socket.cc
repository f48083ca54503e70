#include "server/ws/web_socket.h"

#include <algorithm>
#include <utility>

#include "server/http/session_context.h"

namespace playhead::server::ws {
namespace {

constexpr std::uint16_t kNormal = 1000, kProtocolError = 1002, kUnsupportedData = 1003, kTooLarge = 1009;
constexpr std::uint16_t kNoCode = 1005;

// What a reader of JSON wants to find behind the text.
constexpr std::size_t kPastEnd = 64;

// A frame's payload without its mask: one buffer a thread, which keeps its size.
std::string& scratch() {
  thread_local std::string text;
  return text;
}

// How many bytes have to be there before the frame at the front can be looked at further.
std::size_t wanted(std::string_view input) {
  FrameHeader header;
  const auto status = read_frame_header(input, header);
  return status == HeaderStatus::kFrame ? header.size + header.length : header.size;
}

}  // namespace

WebSocket::WebSocket(const Options& options, std::unique_ptr<Application> application)
    : options_(options), application_(std::move(application)) {}

WebSocket::~WebSocket() {
  if (context_ != nullptr) context_->take_back(output_);
}

void WebSocket::start(SessionContext& context, ProtocolEvents& events, Monotonic now) {
  context_ = &context;
  events_ = &events;
  now_ = heard_ = now;
  application_->on_open(*this, now);
  settle(now);
}

void WebSocket::begin_output() {
  if (!output_.empty()) return;
  context_->lend(output_);
  output_begins_ = true;
}

void WebSocket::put(Opcode opcode, std::string_view payload) {
  begin_output();
  append_frame(output_, opcode, payload);
}

void WebSocket::send_text(std::string_view text) {
  if (!closing_) put(Opcode::kText, text);
}

std::string& WebSocket::begin_text() {
  begin_output();
  text_begin_ = begin_frame(output_);
  return output_;
}

void WebSocket::end_text() {
  if (closing_) return output_.resize(text_begin_);
  finish_frame(output_, text_begin_, Opcode::kText);
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(closing_, true)) return;
  put(Opcode::kClose, code == kNoCode ? std::string() : close_payload(code, reason));
  closing_since_ = now_;
}

void WebSocket::announce() { events_->answered_late(); }

void WebSocket::fail(std::uint16_t code, std::string_view reason) {
  failed_ = true;
  close(code, reason);
}

bool WebSocket::may_read() const {
  return closing_ || (!draining_ && backlog() < options_.max_output_bytes && application_->wants_messages());
}

bool WebSocket::wants_input() const {
  return state_ == State::kLingering || failed_ || (reads() && !stalled_ && may_read());
}

void WebSocket::on_bytes(std::string_view bytes, Monotonic now) {
  context_->counters().bytes_in += bytes.size();
  now_ = heard_ = now;
  pinged_ = false;
  if (!reads()) return;
  if (!pending_.empty()) complete_pending(bytes, now);
  if (pending_.empty() && reads()) {
    const auto taken = read_frames(bytes, now);
    pending_.assign(bytes.substr(taken));
  }
  settle(now);
}

// Takes from `bytes` what the frame in pending_ lacks, and no more: the next frames are read where they lie.
void WebSocket::complete_pending(std::string_view& bytes, Monotonic now) {
  while (!bytes.empty() && !pending_.empty() && reads()) {
    const auto missing = stalled_ ? bytes.size() : wanted(pending_) - pending_.size();
    pending_.append(bytes.substr(0, missing));
    bytes.remove_prefix(std::min(bytes.size(), missing));
    if (!stalled_) pending_.erase(0, read_frames(pending_, now));
  }
  if (pending_.empty()) std::string().swap(pending_);
}

std::size_t WebSocket::read_frames(std::string_view input, Monotonic now) {
  std::size_t taken = 0;
  stalled_ = false;
  while (reads()) {
    const auto rest = input.substr(taken);
    if (!rest.empty() && !may_read()) {
      stalled_ = true;
      break;
    }
    FrameHeader header;
    const auto status = read_frame_header(rest, header);
    if (status == HeaderStatus::kNeedMore) break;
    if (status == HeaderStatus::kMalformed) {
      fail(kProtocolError, "That is no frame of a client.");
      break;
    }
    if (header.length > options_.max_message_bytes) {
      fail(kTooLarge, "A message is at most " + std::to_string(options_.max_message_bytes) + " bytes long.");
      break;
    }
    if (rest.size() - header.size < header.length) break;
    take_frame(header, rest.substr(header.size, header.length), now);
    taken += header.size + header.length;
  }
  return reads() ? taken : input.size();
}

void WebSocket::take_frame(const FrameHeader& header, std::string_view payload, Monotonic now) {
  auto& text = scratch();
  if (text.size() < payload.size() + kPastEnd) text.resize(payload.size() + kPastEnd);
  unmask(payload, header.mask, text.data());
  const auto plain = std::string_view(text).substr(0, payload.size());
  switch (header.opcode) {
    case Opcode::kPing:
      if (!closing_) put(Opcode::kPong, plain);
      break;
    case Opcode::kPong: break;
    case Opcode::kClose: take_close(plain); break;
    default: take_data(header, plain, now); break;
  }
}

void WebSocket::take_data(const FrameHeader& header, std::string_view payload, Monotonic now) {
  // Who was told to go has no more to say.
  if (closing_) return;
  if (header.opcode == Opcode::kBinary) return fail(kUnsupportedData, "Messages are JSON in text frames.");
  if ((header.opcode == Opcode::kContinuation) != in_message_) {
    return fail(kProtocolError, "A message begins with a text frame and goes on with continuations.");
  }
  in_message_ = !header.final;
  if (header.final && header.opcode == Opcode::kText) return application_->on_message(payload, kPastEnd, now);
  if (message_.size() + payload.size() > options_.max_message_bytes) {
    return fail(kTooLarge, "A message is at most " + std::to_string(options_.max_message_bytes) + " bytes long.");
  }
  message_.append(payload);
  if (!header.final) return;
  const auto whole = std::exchange(message_, {});
  application_->on_message(whole, whole.capacity() - whole.size(), now);
}

void WebSocket::take_close(std::string_view payload) {
  peer_closed_ = true;
  unsigned code = kNoCode;
  if (payload.size() >= 2) {
    code = static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
  }
  if (payload.size() == 1 || (code != kNoCode && !is_close_code(code))) return close(kProtocolError, "");
  close(static_cast<std::uint16_t>(code), "");
}

void WebSocket::on_end_of_input(Monotonic) { state_ = State::kClosed; }

void WebSocket::on_sent(std::size_t size, Monotonic now) {
  context_->counters().bytes_out += size;
  sent_ += size;
  now_ = output_since_ = now;
  if (sent_ == output_.size()) {
    sent_ = 0;
    context_->take_back(output_);
    if (!closing_) application_->on_room(now);
  }
  settle(now);
}

void WebSocket::proceed(Monotonic now) {
  now_ = now;
  if (state_ == State::kOpen && !closing_) application_->on_room(now);
  settle(now);
}

void WebSocket::drain(Monotonic now) {
  now_ = now;
  draining_ = true;
  settle(now);
}

void WebSocket::settle(Monotonic now) {
  if (std::exchange(output_begins_, false)) output_since_ = now;
  if (state_ != State::kOpen) return;
  if (stalled_ && may_read()) {
    pending_.erase(0, read_frames(pending_, now));
    if (pending_.empty()) std::string().swap(pending_);
  }
  if (draining_ && !application_->owes()) close(kGoingAway, "The server stops; connect again.");
  // Both have said goodbye, or the peer's would not be understood.
  if (!closing_ || !(peer_closed_ || failed_) || backlog() > 0) return;
  state_ = State::kLingering;
  closing_since_ = now;
}

Monotonic WebSocket::goodbye_deadline() const {
  return closing_since_ + (draining_ ? options_.drain_timeout : options_.close_timeout);
}

Monotonic WebSocket::deadline() const {
  if (state_ == State::kClosed) return Monotonic::max();
  if (state_ == State::kLingering) return goodbye_deadline();
  Monotonic due = heard_ + (pinged_ ? options_.silence : options_.ping_every);
  if (closing_) due = goodbye_deadline();
  if (backlog() > 0) due = std::min(due, output_since_ + context_->options().write_timeout);
  return closing_ ? due : std::min(due, application_->deadline());
}

void WebSocket::on_deadline(Monotonic now) {
  if (now < deadline()) return;
  now_ = now;
  if (closing_ || state_ == State::kLingering) {
    state_ = State::kClosed;
    return;
  }
  if (backlog() > 0 && now >= output_since_ + context_->options().write_timeout) {
    context_->counters().count(Trouble::kWriteTimeout);
    state_ = State::kClosed;
    return;
  }
  if (now >= application_->deadline()) application_->on_deadline(now);
  if (now >= heard_ + options_.silence) {
    close(kIdle, "Nothing was heard, not even an answer to pings.");
  } else if (!pinged_ && now >= heard_ + options_.ping_every && !closing_) {
    pinged_ = true;
    put(Opcode::kPing, {});
  }
  settle(now);
}

}  // namespace playhead::server::ws
