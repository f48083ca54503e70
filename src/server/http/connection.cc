#include "server/http/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "server/http/session.h"

namespace playhead::server {

Connection::Connection(ConnectionHost& host, int socket, std::string_view peer)
    : host_(host),
      socket_(socket),
      protocol_(std::make_unique<HttpSession>(host.context, static_cast<ProtocolEvents&>(*this), peer, host.now)) {
  ++host_.context.counters().connections_opened;
}

Connection::~Connection() {
  // Closing takes the socket out of the poller's set.
  ::close(socket_);
  if (has_late_answers_) std::erase(host_.answered_late, this);
  ++host_.context.counters().connections_closed;
}

void Connection::start() { carry_out(); }

void Connection::turn_away(const Problem& problem) {
  // Nothing else can have begun.
  static_cast<HttpSession&>(*protocol_).turn_away(problem, host_.now);
  carry_out();
}

void Connection::on_events(std::uint32_t events) {
  const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (protocol_->wants_input()) {
    if ((broken || (events & EPOLLIN) != 0) && !receive()) return;
  } else if (broken) {
    // Both directions are gone: nobody is left to be answered.
    return host_.forget(*this);
  }
  carry_out();
}

void Connection::on_due() {
  protocol_->on_deadline(host_.now);
  carry_out();
}

void Connection::on_late_answers() {
  has_late_answers_ = false;
  protocol_->proceed(host_.now);
  carry_out();
}

void Connection::drain() {
  protocol_->drain(host_.now);
  carry_out();
}

void Connection::answered_late() {
  if (!std::exchange(has_late_answers_, true)) host_.answered_late.push_back(this);
}

bool Connection::receive() {
  const ssize_t size = ::recv(socket_, host_.read_buffer.data(), host_.read_buffer.size(), MSG_DONTWAIT);
  if (size > 0) {
    protocol_->on_bytes({host_.read_buffer.data(), static_cast<std::size_t>(size)}, host_.now);
  } else if (size == 0) {
    protocol_->on_end_of_input(host_.now);
  } else if (errno != EAGAIN && errno != EINTR) {
    host_.forget(*this);
    return false;
  }
  return true;
}

bool Connection::send() {
  while (true) {
    const std::string_view output = protocol_->output();
    if (output.empty()) return true;
    const ssize_t size = ::send(socket_, output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      protocol_->on_sent(static_cast<std::size_t>(size), host_.now);
    } else if (errno == EAGAIN) {
      return true;
    } else if (errno != EINTR) {
      host_.forget(*this);
      return false;
    }
  }
}

void Connection::go_on_with_successor() {
  auto [protocol, unread] = protocol_->take_successor();
  protocol_ = std::move(protocol);
  protocol_->start(host_.context, *this, host_.now);
  if (!unread.empty()) protocol_->on_bytes(unread, host_.now);
  if (host_.context.draining()) protocol_->drain(host_.now);
}

void Connection::carry_out() {
  if (!send()) return;
  while (protocol_->state() == Protocol::State::kHandedOver) {
    go_on_with_successor();
    if (!send()) return;
  }
  if (protocol_->state() == Protocol::State::kClosed) return host_.forget(*this);
  if (protocol_->state() == Protocol::State::kLingering && !std::exchange(shut_down_, true)) {
    ::shutdown(socket_, SHUT_WR);
  }
  const std::uint32_t wanted = (protocol_->wants_input() ? std::uint32_t{EPOLLIN} : 0) |
                               (protocol_->output().empty() ? 0 : std::uint32_t{EPOLLOUT});
  if (!watched_) {
    if (!host_.poller.add(socket_, wanted, *this)) return host_.forget(*this);
    watched_ = true;
  } else if (wanted != interest_) {
    host_.poller.modify(socket_, wanted, *this);
  }
  interest_ = wanted;
  host_.wheel.schedule(*this, protocol_->deadline());
}

}  // namespace playhead::server
