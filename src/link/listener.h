#pragma once

// Takes connections in and spreads them over the loops.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "link/loop.h"

namespace playhead::link {

// On the first loop's thread, but for the construction.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  // Gets a socket of loop number `loop`, on the first loop's thread.
  using Accepted = std::function<void(std::size_t loop, Socket socket)>;

  // Listens at a numeric address; port 0 takes any that is free. Throws StartupError.
  Listener(Loops& loops, const std::string& address, std::uint16_t port, Accepted accepted);

  std::uint16_t port() const { return port_; }
  void start();
  // `accepted` is not called any more.
  void stop();

 private:
  Loops& loops_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer rest_;
  Accepted accepted_;
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
  bool stopped_ = false;
};

}  // namespace playhead::link
