#pragma once

// The way from whoever has news, on any thread, to the connections of one worker: one hand-over for all that have
// something to tell.

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "server/api/outbox.h"

namespace playhead::server {
class Server;
}

namespace playhead::server::api {

class PushDesk {
 public:
  explicit PushDesk(unsigned worker) : worker_(worker) {}

  // Before the first request.
  void attach(Server& server) { server_ = &server; }

  // Has the outbox's owner told on the worker's thread. Any thread.
  void announce(std::shared_ptr<Outbox> outbox);

 private:
  void tell();

  const unsigned worker_;
  Server* server_ = nullptr;
  std::mutex mutex_;
  // Each outbox is here once: at most as many as there are connections.
  std::vector<std::shared_ptr<Outbox>> waiting_;
};

}  // namespace playhead::server::api
