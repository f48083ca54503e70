#pragma once

// Listening sockets and the connections that come in on them.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "server/http/log_limiter.h"
#include "server/http/poller.h"

namespace playhead::server {

// A socket that listens on a numeric IPv4 or IPv6 address; port 0 takes any that is free. `shared`: the other
// workers of this process listen on it too (SO_REUSEPORT). Throws StartupError.
int open_listener(const std::string& address, std::uint16_t port, bool shared);
std::uint16_t port_of(int listener);

// Accepts on one worker's thread.
class Listener final : public Poller::Watched {
 public:
  // Gets a socket that doesn't block, and owns it; `peer` is its address without the port.
  using Accepted = std::function<void(int socket, std::string_view peer)>;

  // Owns `socket`.
  Listener(Poller& poller, int socket, Accepted accepted);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void on_events(std::uint32_t events) override;
  // After the process has run out of descriptors accepting rests until this is called.
  void resume();

 private:
  void report_failure(int error);

  Poller& poller_;
  const int socket_;
  Accepted accepted_;
  bool resting_ = false;
  LogLimiter log_;
};

}  // namespace playhead::server
