#pragma once

// A peer on loopback that does only what a test tells it to.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "answers.h"

namespace playhead::server {

class ClientSocket {
 public:
  // A small `receive_buffer` makes a reader that the sender notices as slow.
  explicit ClientSocket(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer != 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    // A server that never answers fails the test instead of hanging it.
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~ClientSocket() { ::close(socket_); }
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  bool connected() const { return connected_; }

  // How many bytes the kernel took, which is less than all once the peer is gone.
  std::size_t send(std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t size = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (size <= 0) break;
      sent += static_cast<std::size_t>(size);
    }
    return sent;
  }
  // Waits for that many answers; fewer when the server closes. `without_body`: they answer HEAD requests.
  std::vector<ReceivedAnswer> receive(std::size_t count, bool without_body = false) {
    std::vector<ReceivedAnswer> answers;
    while (answers.size() < count) {
      for (auto& answer : take_answers(received_, without_body)) answers.push_back(std::move(answer));
      if (answers.size() < count && !receive_more()) break;
    }
    return answers;
  }
  // True when the server ends the connection in order, without a further byte.
  bool ended() {
    std::array<char, 4096> buffer;
    return received_.empty() && ::recv(socket_, buffer.data(), buffer.size(), 0) == 0;
  }

 private:
  bool receive_more() {
    std::array<char, 65536> buffer;
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string received_;
};

}  // namespace playhead::server
