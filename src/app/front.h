#pragma once

// The server with its API, over whatever commits updates and knows the users' state: the same for the embedded
// program and for a node of a cluster.

#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "apply/committer.h"
#include "apply/pacing_gauge.h"
#include "apply/state_source.h"
#include "base/clock.h"
#include "base/ticker.h"
#include "server/api/acks.h"
#include "server/api/ops.h"
#include "server/api/push_services.h"
#include "server/api/read_call.h"
#include "server/api/services.h"
#include "server/http/server.h"

namespace playhead::app {

class Front {
 public:
  // All references outlive it. `source` may be null: then nobody can follow a user. `keeps_for`: how long after an
  // erasure the last copy may still be in the log.
  Front(const Config& config, apply::Committer& committer, const apply::Stats& stats, apply::StateSource& state,
        push::Source* source, const Clock& clock, std::chrono::milliseconds keeps_for, server::api::OpsOptions ops);

  // Listens from here on. Throws StartupError when the address can't be bound.
  void start();
  std::uint16_t port() const { return server_->port(); }
  // What players are told to wait now, on average.
  std::chrono::milliseconds interval() const { return pacing_.interval(); }
  // Accepts nothing more and answers what has arrived.
  void drain();

 private:
  server::Router router(const server::api::Services& services, server::api::OpsOptions ops);

  prometheus::Registry registry_;
  const std::vector<std::string> cors_origins_;
  server::api::ReceiptClock receipts_;
  server::api::IntakeTotals intake_;
  server::api::ApiOptions options_;
  apply::Pacing pacing_;
  server::api::Acks acks_;
  server::api::ReadCalls reads_;
  server::api::PushServices push_;
  std::unique_ptr<server::Server> server_;
  apply::PacingGauge gauge_;
  Ticker ticker_;
};

}  // namespace playhead::app
