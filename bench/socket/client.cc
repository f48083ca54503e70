#include "socket/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "server/ws/frame.h"

namespace playhead::bench {
namespace {

constexpr std::string_view kUpgrade =
    "GET /v1/socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view kHello = R"({"type":"hello"})";

sockaddr_in loopback(unsigned offset, int port) {
  return {.sin_family = AF_INET,
          .sin_port = htons(static_cast<std::uint16_t>(port)),
          .sin_addr = {htonl(INADDR_LOOPBACK + offset)},
          .sin_zero = {}};
}

}  // namespace

std::string masked(std::string_view text, server::ws::Opcode opcode) {
  std::string frame;
  server::ws::append_frame(frame, opcode, text);
  const auto header = frame.size() - text.size();
  frame[1] = static_cast<char>(frame[1] | 0x80);
  const std::array<char, 4> mask = {'\x12', '\x34', '\x56', '\x78'};
  server::ws::unmask(text, mask, frame.data() + header);
  return frame.insert(header, mask.data(), mask.size());
}

void allow_descriptors(unsigned connections) {
  const rlim_t wanted = connections + 100;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return;
  const rlimit more{wanted, std::max(wanted, limit.rlim_max)};
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::optional<std::uint64_t> number_after(std::string_view message, std::string_view name) {
  const auto at = message.find(name);
  if (at == std::string_view::npos) return {};
  std::uint64_t number = 0;
  const auto* from = message.data() + at + name.size();
  if (std::from_chars(from, message.data() + message.size(), number).ec != std::errc()) return {};
  return number;
}

Client::Client(Client&& other) noexcept
    : port_(other.port_),
      from_(other.from_),
      socket_(std::exchange(other.socket_, -1)),
      state_(std::exchange(other.state_, State::kClosed)),
      received_(std::move(other.received_)) {}

void Client::fail() { throw std::runtime_error("the server closed a connection"); }

bool Client::make_socket(bool blocking) {
  close();
  socket_ = ::socket(AF_INET, blocking ? SOCK_STREAM : SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (socket_ < 0) throw std::runtime_error("no more sockets: raise the limit of open files (ulimit -n)");
  const int yes = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  // The port is chosen at connect(), which may then share it with other destinations.
  ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  const auto own = loopback(from_, 0);
  ::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own);
  const auto server = loopback(0, port_);
  return ::connect(socket_, reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0 || errno == EINPROGRESS;
}

void Client::open() {
  if (!make_socket(true)) throw std::runtime_error("the server refused a connection");
  write(kUpgrade);
  while (received_.find("\r\n\r\n") == std::string::npos) {
    if (!read()) fail();
  }
  received_.erase(0, received_.find("\r\n\r\n") + 4);
  state_ = State::kOpen;
  send(kHello);
  next();
}

bool Client::begin_open() {
  if (make_socket(false)) {
    state_ = State::kConnecting;
    return true;
  }
  close();
  return false;
}

bool Client::progress() {
  if (state_ == State::kConnecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 || !write(kUpgrade)) return false;
    state_ = State::kUpgrading;
  }
  if (!read()) return false;
  if (state_ == State::kUpgrading) {
    const auto end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    if (!received_.starts_with("HTTP/1.1 101")) return false;
    received_.erase(0, end + 4);
    state_ = State::kOpen;
    return write(masked(kHello));
  }
  return true;
}

void Client::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  state_ = State::kClosed;
  closed_with_.reset();
  received_.clear();
}

bool Client::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string Client::next() {
  std::string message;
  while (!take(message)) {
    if (!read()) fail();
  }
  return message;
}

bool Client::take(std::string& message) {
  while (state_ == State::kOpen && received_.size() >= 2) {
    const auto opcode = static_cast<server::ws::Opcode>(received_[0] & 0x0f);
    std::size_t length = static_cast<unsigned char>(received_[1]), header = 2;
    if (length >= 126) {
      header = length == 126 ? 4 : 10;
      if (received_.size() < header) return false;
      length = 0;
      for (std::size_t i = 2; i < header; ++i) length = length << 8 | static_cast<unsigned char>(received_[i]);
    }
    if (received_.size() < header + length) return false;
    message.assign(received_, header, length);
    received_.erase(0, header + length);
    if (received_.empty()) received_.shrink_to_fit();  // there are very many of these
    if (opcode == server::ws::Opcode::kText) return true;
    if (opcode == server::ws::Opcode::kPing) write(masked(message, server::ws::Opcode::kPong));
    if (opcode == server::ws::Opcode::kClose && !closed_with_) {
      closed_with_ = message.size() < 2
                         ? 0
                         : static_cast<unsigned char>(message[0]) << 8 | static_cast<unsigned char>(message[1]);
      write(masked(message, opcode));
    }
  }
  return false;
}

bool Client::read() {
  char buffer[16 * 1024];
  const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (size <= 0) return false;
  received_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

}  // namespace playhead::bench
