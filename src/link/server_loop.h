#pragma once

// One loop's share of a server: the connections on it, and how many of what kind there may be.

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "link/loop.h"
#include "link/server_connection.h"

namespace playhead::link {

// On the loop's thread.
class ServerLoop final : public ServerConnectionHost {
 public:
  ServerLoop(ServerContext& context, Loop& loop) : context_(context), loop_(loop) {}

  void add(Wire::Socket socket);
  // Ends all connections; nothing is added any more.
  void stop();

 private:
  using Order = std::list<ServerConnection*>;

  void opened(ServerConnection& connection) override;
  void lost(ServerConnection& connection, Loss loss) override;
  void forget(ServerConnection& connection);
  void report(const std::string& peer, Loss loss);

  ServerContext& context_;
  Loop& loop_;
  std::unordered_map<ServerConnection*, std::shared_ptr<ServerConnection>> connections_;
  // Connections that have not proven themselves, the oldest first.
  Order handshakes_;
  std::unordered_map<ServerConnection*, Order::iterator> handshake_places_;
  Monotonic next_report_ = Monotonic::min();
  std::uint64_t not_reported_ = 0;
  bool stopped_ = false;
};

}  // namespace playhead::link
