#pragma once

// The answering side of the link between nodes: takes connections from whoever knows the cluster's secret, and hands
// their requests to one handler.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "link/counters.h"
#include "link/key.h"
#include "link/loop.h"
#include "link/options.h"
#include "link/server_connection.h"
#include "link/server_loop.h"

namespace playhead::link {

class Listener;

class LinkServer {
 public:
  // Listens at a numeric `address`; port 0 takes any that is free. `clock` is what callers compare theirs with. All
  // references must outlive the server. Throws StartupError.
  LinkServer(Loops& loops, const std::string& address, std::uint16_t port, const LinkKey& key,
             const LinkOptions& options, const Clock& clock, LinkCounters& counters, Handler handler);
  // Ends all connections. No handler runs any more when it returns; responders that live on answer nobody. Not on the
  // link's thread.
  ~LinkServer();
  LinkServer(const LinkServer&) = delete;
  LinkServer& operator=(const LinkServer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  Loops& loops_;
  // Shared with what is still in the loops' queues when the server goes.
  std::shared_ptr<ServerContext> context_;
  std::vector<std::shared_ptr<ServerLoop>> shares_;
  std::shared_ptr<Listener> listener_;
  std::uint16_t port_ = 0;
};

}  // namespace playhead::link
