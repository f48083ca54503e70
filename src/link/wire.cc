#include "link/wire.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace playhead::link {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// Four TLS records: a read or write costs a few microseconds whatever it carries.
constexpr std::size_t kReadBytes = std::size_t{1} << 16;
constexpr std::size_t kGatherBytes = std::size_t{1} << 16;
// Failures and pings beyond max_output_bytes: some thousand.
constexpr std::size_t kControlBytes = std::size_t{1} << 18;
// What a buffer keeps when it is empty: a flood that is over costs nothing.
constexpr std::size_t kKeptBytes = std::size_t{1} << 18;

void reuse(std::string& buffer) {
  if (buffer.capacity() > kKeptBytes) std::string().swap(buffer);
  buffer.clear();
}

}  // namespace

Wire::Wire(Socket socket, std::unique_ptr<Cipher> cipher, const LinkOptions& options, LinkCounters& counters,
           WireEvents& owner)
    : socket_(std::move(socket)),
      cipher_(std::move(cipher)),
      options_(options),
      counters_(counters),
      owner_(&owner),
      timer_(socket_.get_executor()),
      received_(kReadBytes),
      frames_(options.max_frame_bytes) {}

void Wire::start() {
  ErrorCode ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  ++counters_.connections_open;
  last_heard_ = std::chrono::steady_clock::now();
  timer_.expires_after(options_.handshake_timeout);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error && self->stage_ != Stage::kOpen) self->close(Loss::kHandshakeTimeout);
  });
  shake_hands(cipher_->receive({}, plain_));
  if (stage_ != Stage::kClosed) receive();
}

void Wire::receive() {
  socket_.async_read_some(asio::buffer(received_),
                          [self = shared_from_this()](const ErrorCode& error, std::size_t n) {
                            if (self->stage_ == Stage::kClosed) return;
                            if (error) return self->close(self->loss_at_end(), error.message());
                            self->on_bytes(n);
                            if (self->stage_ != Stage::kClosed) self->receive();
                          });
}

Loss Wire::loss_at_end() const {
  if (stage_ == Stage::kHandshake) return Loss::kHandshake;
  return stage_ == Stage::kLeaving ? Loss::kVersion : Loss::kLost;
}

void Wire::on_bytes(std::size_t count) {
  counters_.bytes_in += count;
  last_heard_ = std::chrono::steady_clock::now();
  const auto status = cipher_->receive({received_.data(), count}, plain_);
  if (stage_ == Stage::kHandshake) shake_hands(status);
  if (stage_ == Stage::kClosed || stage_ == Stage::kLeaving) return;
  const bool good = frames_.read(plain_, [this](Frame frame) { return take(std::move(frame)); });
  reuse(plain_);
  if (stage_ == Stage::kClosed || stage_ == Stage::kLeaving) return;
  if (!good) return close(Loss::kProtocol);
  if (status == Cipher::Status::kFailed) close(Loss::kLost, "the encrypted stream is broken");
}

void Wire::shake_hands(Cipher::Status status) {
  if (status == Cipher::Status::kFailed) return close(Loss::kHandshake);
  if (status == Cipher::Status::kOpen) {
    stage_ = Stage::kHello;
    const auto max_frame = std::min<std::size_t>(options_.max_frame_bytes, UINT32_MAX - kFrameHeaderBytes);
    queue(FrameType::kHello, 0, 0, encode(Hello{.max_frame_bytes = static_cast<std::uint32_t>(max_frame)}), {});
  }
  flush();
}

bool Wire::take(Frame frame) {
  if (stage_ == Stage::kHello) {
    take_hello(frame);
  } else if (frame.type == FrameType::kHello) {
    return false;
  } else {
    owner_->on_frame(std::move(frame));
  }
  return stage_ == Stage::kOpen;
}

void Wire::take_hello(const Frame& frame) {
  const auto hello = decode_hello(frame.payload);
  if (frame.type != FrameType::kHello || !hello) return close(Loss::kProtocol);
  peer_hello_ = *hello;
  if (hello->oldest > Hello::kVersion || hello->newest < Hello{}.oldest) {
    // Our own hello tells the other side the same; it has to get there.
    stage_ = Stage::kLeaving;
    return flush_soon();
  }
  max_payload_bytes_ = std::min<std::size_t>(options_.max_frame_bytes, hello->max_frame_bytes);
  stage_ = Stage::kOpen;
  watch_silence();
  owner_->on_open();
}

void Wire::watch_silence() {
  const auto due = last_heard_ + options_.silence_timeout;
  timer_.expires_at(due);
  timer_.async_wait([self = shared_from_this(), due](const ErrorCode& error) {
    if (error || self->stage_ != Stage::kOpen) return;
    const auto now = std::chrono::steady_clock::now();
    const auto silence = self->options_.silence_timeout;
    // A timer that comes this late says that it is this node that was stopped.
    if (now - due > silence / 4) self->last_heard_ = now;
    if (now - self->last_heard_ >= silence) return self->close(Loss::kSilent);
    self->watch_silence();
  });
}

bool Wire::send(FrameType type, std::uint64_t id, std::uint32_t kind, std::string payload,
                std::shared_ptr<SendNotice> notice) {
  if (stage_ != Stage::kOpen) return true;
  if (queued_bytes_ + payload.size() + kFrameHeaderBytes > options_.max_output_bytes) return false;
  queue(type, id, kind, std::move(payload), std::move(notice));
  return true;
}

void Wire::send_control(FrameType type, std::uint64_t id, std::string payload) {
  if (stage_ != Stage::kOpen) return;
  if (queued_bytes_ + payload.size() > options_.max_output_bytes + kControlBytes) return close(Loss::kStuck);
  queue(type, id, 0, std::move(payload), {});
}

void Wire::queue(FrameType type, std::uint64_t id, std::uint32_t kind, std::string payload,
                 std::shared_ptr<SendNotice> notice) {
  const auto header = frame_header(type, id, kind, payload.size());
  queued_bytes_ += payload.size() + kFrameHeaderBytes;
  queue_.push_back({header, std::move(payload), std::move(notice)});
  flush_soon();
}

// What one round of the loop has to say leaves in one write.
void Wire::flush_soon() {
  if (flushing_ || writing_) return;
  flushing_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flushing_ = false;
    self->flush();
  });
}

void Wire::gather() {
  gathered_.clear();
  while (!queue_.empty() && gathered_.size() < kGatherBytes) {
    auto& next = queue_.front();
    if (next.done < kFrameHeaderBytes) {
      gathered_.append(next.header.data(), kFrameHeaderBytes);
      next.done = kFrameHeaderBytes;
    }
    const auto from = next.done - kFrameHeaderBytes;
    const auto count = std::min(next.payload.size() - from, kGatherBytes - std::min(kGatherBytes, gathered_.size()));
    gathered_.append(next.payload, from, count);
    next.done += count;
    if (from + count < next.payload.size()) return;
    queued_bytes_ -= next.done;
    if (next.notice) next.notice->sent(next.payload.size());
    queue_.pop_front();
  }
}

void Wire::flush() {
  if (writing_ || stage_ == Stage::kClosed) return;
  if (stage_ != Stage::kHandshake) {
    gather();
    if (!cipher_->seal(gathered_)) return close(Loss::kLost, "the encrypted stream is broken");
  }
  reuse(sending_);
  cipher_->take_output(sending_);
  if (sending_.empty()) {
    if (stage_ == Stage::kLeaving) close(Loss::kVersion);
    return;
  }
  writing_ = true;
  asio::async_write(socket_, asio::buffer(sending_),
                    [self = shared_from_this()](const ErrorCode& error, std::size_t n) {
                      self->writing_ = false;
                      if (self->stage_ == Stage::kClosed) return;
                      self->counters_.bytes_out += n;
                      // The reading side knows better how it ended.
                      if (!error) self->flush();
                    });
}

void Wire::close(Loss loss, const std::string& reason) {
  if (stage_ == Stage::kClosed) return;
  end();
  if (auto* owner = std::exchange(owner_, nullptr)) owner->on_lost(loss, reason);
}

void Wire::let_go() {
  owner_ = nullptr;
  if (stage_ != Stage::kClosed) end();
}

void Wire::end() {
  const auto self = shared_from_this();
  stage_ = Stage::kClosed;
  --counters_.connections_open;
  timer_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
}

}  // namespace playhead::link
