#pragma once

// A peer's attempt to connect a socket: what is to be given up when it takes too long.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "link/peer.h"

namespace playhead::link {

struct Peer::Attempt {
  explicit Attempt(boost::asio::io_context& io) : resolver(io), socket(io), timer(io) {}

  // What it had started ends without effect.
  void abandon() {
    abandoned = true;
    resolver.cancel();
    boost::system::error_code ignored;
    socket.close(ignored);
    timer.cancel();
  }

  boost::asio::ip::tcp::resolver resolver;
  boost::asio::ip::tcp::socket socket;
  boost::asio::steady_timer timer;
  bool abandoned = false;
};

}  // namespace playhead::link
