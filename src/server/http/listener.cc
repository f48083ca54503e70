#include "server/http/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace playhead::server {

namespace {

// A burst of connections must not keep those that are open waiting.
constexpr int kAcceptsPerRound = 64;

std::string error_text(int error) { return std::generic_category().message(error); }

[[noreturn]] void cannot_listen(const std::string& address, std::uint16_t port, const std::string& why) {
  throw StartupError("cannot listen on " + address + " port " + std::to_string(port) + ": " + why);
}

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

AddressList parse_address(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list) != 0) {
    cannot_listen(address, port, "that is not a numeric IPv4 or IPv6 address");
  }
  return {list, &freeaddrinfo};
}

std::string_view peer_text(const sockaddr_storage& address, std::string& storage) {
  storage.resize(INET6_ADDRSTRLEN);
  const void* raw = address.ss_family == AF_INET6
                        ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
                        : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  const char* text = inet_ntop(address.ss_family, raw, storage.data(), INET6_ADDRSTRLEN);
  return text == nullptr ? std::string_view{} : std::string_view(text);
}

}  // namespace

int open_listener(const std::string& address, std::uint16_t port, bool shared) {
  const AddressList parsed = parse_address(address, port);
  const int socket = ::socket(parsed->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, parsed->ai_protocol);
  if (socket < 0) cannot_listen(address, port, error_text(errno));
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (shared) ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  // Accepted sockets inherit it on Linux, which saves a call for each.
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::bind(socket, parsed->ai_addr, parsed->ai_addrlen) != 0 || ::listen(socket, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(socket);
    cannot_listen(address, port, error_text(error));
  }
  return socket;
}

std::uint16_t port_of(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

Listener::Listener(Poller& poller, int socket, Accepted accepted)
    : poller_(poller), socket_(socket), accepted_(std::move(accepted)) {
  poller_.add(socket_, EPOLLIN, *this);
}

Listener::~Listener() { ::close(socket_); }

void Listener::on_events(std::uint32_t) {
  std::string storage;
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int accepted =
        ::accept4(socket_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      accepted_(accepted, peer_text(address, storage));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // The connection stays in the queue, so the listener would be ready again and again.
      report_failure(errno);
      resting_ = true;
      poller_.modify(socket_, 0, *this);
      return;
    }
  }
}

void Listener::resume() {
  if (!std::exchange(resting_, false)) return;
  poller_.modify(socket_, EPOLLIN, *this);
}

void Listener::report_failure(int error) {
  if (const auto left_out = log_.allow(std::chrono::steady_clock::now())) {
    spdlog::warn("cannot accept a connection: {} ({} like it not logged)", error_text(error), *left_out);
  }
}

}  // namespace playhead::server
