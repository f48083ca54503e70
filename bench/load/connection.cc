#include "load/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace playhead::load {

bool Connection::connect(const Endpoint& target) {
  close();
  fd_ = ::socket(target.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const void* address = &target.address;
  if (::connect(fd_, static_cast<const sockaddr*>(address), target.size) == 0 || errno == EINPROGRESS) {
    state_ = State::kConnecting;
    return true;
  }
  const int error = errno;
  close();
  errno = error;
  return false;
}

bool Connection::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error == 0) {
    state_ = State::kUp;
    return true;
  }
  close();
  errno = error;
  return false;
}

void Connection::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  state_ = State::kDown;
  oldest_ = unanswered_ = 0;
  out_.clear();
  partial_.clear();
}

void Connection::begin(std::uint64_t sent_at_ns) {
  auto at = oldest_ + unanswered_;
  if (at >= sent_at_.size()) at -= static_cast<unsigned>(sent_at_.size());
  sent_at_[at] = sent_at_ns;
  ++unanswered_;
}

std::uint64_t Connection::take_oldest() {
  const auto at = oldest_;
  if (++oldest_ == sent_at_.size()) oldest_ = 0;
  --unanswered_;
  return sent_at_[at];
}

Connection::Trouble Connection::write(std::string_view bytes) {
  if (!out_.empty()) {
    out_.append(bytes);
    return flush();
  }
  const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return Trouble::kNone;
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return Trouble::kFailed;
  out_.assign(bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent)));
  return Trouble::kNone;
}

Connection::Trouble Connection::flush() {
  if (out_.empty()) return Trouble::kNone;
  const auto sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? Trouble::kNone : Trouble::kFailed;
  out_.erase(0, static_cast<std::size_t>(sent));
  return Trouble::kNone;
}

Connection::Trouble Connection::receive(std::vector<char>& buffer, std::string_view& in) {
  const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (got == 0) return Trouble::kClosed;
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Trouble::kNone : Trouble::kFailed;
  in = {buffer.data(), static_cast<std::size_t>(got)};
  if (partial_.empty()) return Trouble::kNone;
  partial_.append(in);
  in = partial_;
  return Trouble::kNone;
}

void Connection::keep(std::string_view rest) {
  if (!partial_.empty()) {
    partial_.erase(0, partial_.size() - rest.size());
  } else if (!rest.empty()) {
    partial_.assign(rest);
  }
}

}  // namespace playhead::load
