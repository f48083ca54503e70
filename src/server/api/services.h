#pragma once

// What the handlers of the API are built on. All of it outlives the server.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "apply/state_source.h"
#include "model/stamping.h"
#include "server/api/acks.h"
#include "server/api/progress_json.h"
#include "server/api/receipt_clock.h"
#include "server/http/server.h"

namespace playhead::server::api {

struct ApiOptions {
  model::StampRules rules;
  ProgressLimits limits;
  // How long after an erasure the last copy may still be in the log: its retention age.
  std::chrono::milliseconds log_age{std::chrono::hours(24)};
  // The document that /openapi.yaml answers with; empty when it was not found.
  std::string openapi;
  // Folder of static pages; empty for none.
  std::string web_root;
  // Whether /console is there.
  bool console = true;
  // Adds POST /noop, which reads its body and answers 204: what the HTTP engine alone can do.
  bool noop_route = false;
};

// Updates that were not taken because something in them is wrong, by all ways in.
struct IntakeTotals {
  std::atomic<std::uint64_t> rejected{0};

  void reject(std::uint64_t updates = 1) { rejected.fetch_add(updates, std::memory_order_relaxed); }
};

struct Services {
  ReceiptClock& receipts;
  Acks& acks;
  apply::StateSource& state;
  const ApiOptions& options;
  IntakeTotals& intake;
};

}  // namespace playhead::server::api
