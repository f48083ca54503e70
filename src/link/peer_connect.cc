// How a peer gets its connection, and how it loses it.

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <string>
#include <utility>

#include "link/peer.h"
#include "link/peer_attempt.h"

namespace playhead::link {
namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct HostPort {
  std::string host;
  std::uint16_t port;
};

std::optional<HostPort> split(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  auto host = address.substr(0, colon);
  const auto digits = address.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || port == 0) return std::nullopt;
  return HostPort{std::string(host), port};
}

}  // namespace

void Peer::start() { tick(); }

void Peer::keep(bool kept) {
  if (kept_ == kept) return;
  kept_ = kept;
  last_used_ = std::chrono::steady_clock::now();
  if (kept_ && !wire_ && !attempt_ && !breaker_.open()) connect();
  tick();
}

void Peer::connect() {
  attempt_ = std::make_shared<Attempt>(io_);
  attempt_->timer.expires_after(context_.options.connect_timeout);
  attempt_->timer.async_wait([weak = weak_from_this(), attempt = attempt_](const ErrorCode& error) {
    const auto self = weak.lock();
    if (error || attempt->abandoned || !self) return;
    self->failed({"peer-unavailable", "The peer at " + self->address_ + " can't be reached: no connection within " +
                                          std::to_string(self->context_.options.connect_timeout.count()) + " ms."});
  });
  resolve();
}

void Peer::resolve() {
  const auto target = split(address_);
  if (!target) {
    return failed({"peer-unavailable", "\"" + address_ + "\" is no address of a peer; it looks like 10.0.0.7:1843."});
  }
  ErrorCode error;
  if (const auto address = boost::asio::ip::make_address(target->host, error); !error) {
    const tcp::endpoint endpoint(address, target->port);
    return connect_to(tcp::resolver::results_type::create(endpoint, target->host, {}));
  }
  attempt_->resolver.async_resolve(
      target->host, std::to_string(target->port),
      [weak = weak_from_this(), attempt = attempt_](const ErrorCode& failure, const auto& endpoints) {
        const auto self = weak.lock();
        if (attempt->abandoned || !self) return;
        if (!failure) return self->connect_to(endpoints);
        self->failed({"peer-unavailable", "The name in the peer's address " + self->address_ +
                                              " is not found: " + failure.message() + "."});
      });
}

void Peer::connect_to(const tcp::resolver::results_type& endpoints) {
  boost::asio::async_connect(
      attempt_->socket, endpoints,
      [weak = weak_from_this(), attempt = attempt_](const ErrorCode& error, const tcp::endpoint&) {
        const auto self = weak.lock();
        if (attempt->abandoned || !self) return;
        if (!error) return self->connected(std::move(attempt->socket));
        self->failed({"peer-unavailable", "The peer at " + self->address_ + " can't be reached: " + error.message() +
                                              ". Check that it runs and that its link's port is open."});
      });
}

void Peer::connected(Wire::Socket socket) {
  attempt_->abandon();
  attempt_ = nullptr;
  wire_ = std::make_shared<Wire>(std::move(socket), context_.suite.make(CipherSuite::Side::kConnects),
                                 context_.options, context_.counters, *this);
  // It may be lost, and the peer forgotten, at once.
  const auto wire = wire_;
  wire->start();
}

Error Peer::error_of(Loss loss, const std::string& reason) const {
  const auto peer = "The peer at " + address_;
  switch (loss) {
    case Loss::kHandshake:
      return {"peer-refused", peer +
                                  " ended the connection during the handshake. Check that cluster.secret is the same "
                                  "on both nodes, and that this is the port of a node's link."};
    case Loss::kHandshakeTimeout:
      return {"peer-refused", peer +
                                  " did not finish the handshake in time. Check that this is the port of a node's "
                                  "link, that cluster.secret is the same on both nodes, and that the node is not "
                                  "overloaded."};
    case Loss::kVersion: {
      const auto& hello = wire_->peer_hello();
      return {"peer-refused", peer + " speaks versions " + std::to_string(hello.oldest) + " to " +
                                  std::to_string(hello.newest) + " of the link, this node version " +
                                  std::to_string(Hello::kVersion) + ": bring both to releases that go together."};
    }
    case Loss::kProtocol:
      return {"peer-refused", peer + " sent what is no frame of the link: bring both nodes to one release."};
    case Loss::kSilent: return {"peer-unavailable", peer + " fell silent; it or the network may be gone."};
    case Loss::kStuck: return {"peer-unavailable", peer + " takes nothing any more; it may be overloaded."};
    default:
      return {"peer-unavailable", "The connection to the peer at " + address_ + " was lost" +
                                      (reason.empty() ? "" : ": " + reason) + "."};
  }
}

void Peer::on_lost(Loss loss, const std::string& reason) { failed(error_of(loss, reason)); }

void Peer::failed(const Error& error) {
  const auto self = shared_from_this();
  if (!open_) ++context_.counters.connects_failed;
  if (attempt_) attempt_->abandon();
  attempt_ = nullptr;
  wire_ = nullptr;
  open_ = false;
  samples_ = ClockSamples(context_.options.clock_samples);
  host_.clock_compared(address_, std::nullopt);
  breaker_.failed(std::chrono::steady_clock::now());
  last_failure_ = error;
  fail_all(error);
  if (!stopped_) tick();
}

void Peer::fail_all(const Error& error) {
  waiting_.clear();
  waiting_bytes_ = 0;
  deadlines_.clear();
  auto calls = std::exchange(calls_, {});
  streams_ = 0;
  for (auto& [id, call] : calls) finish(std::move(call), std::unexpected(error));
}

}  // namespace playhead::link
