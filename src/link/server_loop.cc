#include "link/server_loop.h"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace playhead::link {
namespace {

const char* why(Loss loss) {
  switch (loss) {
    case Loss::kHandshake:
      return "it did not prove that it knows the cluster's secret. If it is a node of this cluster, check that "
             "cluster.secret is the same on both; if not, keep it from this port";
    case Loss::kHandshakeTimeout:
      return "it did not finish the handshake in time. If it is a node of this cluster, one of the two is "
             "overloaded; "
             "if not, keep it from this port";
    case Loss::kVersion: return "it speaks no version of the link that this node speaks: bring both to one release";
    case Loss::kProtocol: return "what it sent are no frames of the link: bring both nodes to one release";
    default: return nullptr;
  }
}

}  // namespace

void ServerLoop::add(Wire::Socket socket) {
  boost::system::error_code error;
  const auto from = socket.remote_endpoint(error);
  // Destroying the socket closes it.
  if (stopped_ || error) return;
  if (connections_.size() - handshakes_.size() >= context_.options.max_connections) {
    ++context_.counters.connections_turned_away;
    return;
  }
  if (handshakes_.size() >= context_.options.max_handshakes) {
    // The oldest: an honest handshake takes milliseconds, so whoever floods us with silence only ousts itself.
    ++context_.counters.connections_turned_away;
    auto& oldest = *handshakes_.front();
    oldest.stop();
    forget(oldest);
  }
  auto connection =
      std::make_shared<ServerConnection>(context_, *this, loop_, std::move(socket), from.address().to_string());
  connections_.emplace(connection.get(), connection);
  handshake_places_.emplace(connection.get(), handshakes_.insert(handshakes_.end(), connection.get()));
  connection->start();
}

void ServerLoop::stop() {
  stopped_ = true;
  for (const auto& [key, connection] : connections_) connection->stop();
  connections_.clear();
  handshakes_.clear();
  handshake_places_.clear();
}

void ServerLoop::opened(ServerConnection& connection) {
  ++context_.counters.connections_taken;
  const auto found = handshake_places_.find(&connection);
  handshakes_.erase(found->second);
  handshake_places_.erase(found);
}

void ServerLoop::lost(ServerConnection& connection, Loss loss) {
  if (loss == Loss::kHandshake || loss == Loss::kHandshakeTimeout || loss == Loss::kVersion) {
    ++context_.counters.handshakes_refused;
  }
  report(connection.peer(), loss);
  forget(connection);
}

void ServerLoop::forget(ServerConnection& connection) {
  if (const auto found = handshake_places_.find(&connection); found != handshake_places_.end()) {
    handshakes_.erase(found->second);
    handshake_places_.erase(found);
  }
  if (const auto found = connections_.find(&connection); found != connections_.end()) {
    // Not now: this is called from within it.
    boost::asio::post(loop_.io(), [kept = std::move(found->second)] {});
    connections_.erase(found);
  }
}

// One line an interval, however many come.
void ServerLoop::report(const std::string& peer, Loss loss) {
  const char* reason = why(loss);
  if (reason == nullptr) return;
  constexpr std::chrono::seconds kInterval{10};
  const auto now = std::chrono::steady_clock::now();
  if (now < next_report_) {
    ++not_reported_;
    return;
  }
  next_report_ = now + kInterval;
  const auto left_out = std::exchange(not_reported_, 0);
  spdlog::warn("The link refused a connection from {}: {}.{}", peer, reason,
               left_out == 0 ? "" : " " + std::to_string(left_out) + " more were refused since the last such line.");
}

}  // namespace playhead::link
