#include "link/listener.h"

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <utility>

#include "base/error.h"

namespace playhead::link {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

Listener::Listener(Loops& loops, const std::string& address, std::uint16_t port, Accepted accepted)
    : loops_(loops), acceptor_(loops.at(0).io()), rest_(loops.at(0).io()), accepted_(std::move(accepted)) {
  ErrorCode error;
  const auto at = boost::asio::ip::make_address(address, error);
  if (error) throw StartupError("The link's address \"" + address + "\" is no numeric IPv4 or IPv6 address.");
  const tcp::endpoint endpoint(at, port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) {
    throw StartupError("The link can't listen at " + address + " port " + std::to_string(port) + ": " +
                       error.message() + ". Stop what uses that port, or give the link another one.");
  }
  port_ = acceptor_.local_endpoint().port();
}

void Listener::start() {
  const auto loop = next_++ % loops_.size();
  acceptor_.async_accept(loops_.at(loop).io(),
                         [self = shared_from_this(), loop](const ErrorCode& error, Socket socket) {
                           if (self->stopped_) return;
                           if (!error) {
                             self->accepted_(loop, std::move(socket));
                             return self->start();
                           }
                           // Out of descriptors, most likely. Trying at once would only spin.
                           self->rest_.expires_after(std::chrono::milliseconds(100));
                           self->rest_.async_wait([self](const ErrorCode&) {
                             if (!self->stopped_) self->start();
                           });
                         });
}

void Listener::stop() {
  stopped_ = true;
  ErrorCode ignored;
  acceptor_.close(ignored);
  rest_.cancel();
}

}  // namespace playhead::link
