#pragma once

// What all push connections of a server share: bounds, counts, and their ways in and out.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "push/source.h"
#include "server/api/push_desk.h"
#include "server/api/services.h"
#include "server/api/socket_acks.h"
#include "server/http/counters.h"
#include "server/ws/web_socket.h"

namespace playhead::server::api {

struct PushOptions {
  ws::Options socket;
  // WebSockets and event streams together.
  std::size_t connections = 200'000;
  // Users that one socket follows: a service that looks after many.
  std::size_t users_per_socket = 1'000;
  // Events that may wait for a slow reader: some thousand changed items.
  std::size_t buffer_bytes = std::size_t{512} << 10;
  // Who opens a socket says hello within this.
  std::chrono::milliseconds hello_timeout{10'000};
  // Streams say something at least this often, so that nobody on the way takes them for dead.
  std::chrono::milliseconds comment_every{15'000};
};

// Why a push connection was ended by the server.
enum class PushDrop : std::uint8_t { kSlowReader, kNoHello, kProtocolError, kTooMany };
inline constexpr std::size_t kPushDrops = 4;

struct PushTotals {
  using Counter = std::atomic<std::uint64_t>;
  Counter sockets{0};  // open now
  Counter streams{0};
  Counter messages{0};  // of clients
  Counter updates{0};   // in them
  Counter events{0};    // sent
  // From the arrival of a message with updates to its ack.
  Histogram<kLatencyBoundsUs> ack_us;
  std::array<Counter, kPushDrops> drops{};

  static void add(Counter& counter, std::uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }
  void count(PushDrop drop) { add(drops[static_cast<std::size_t>(drop)]); }
};

class PushServices {
 public:
  // `source` may be null: then users can't be followed, and updates are taken all the same. All references outlive
  // it.
  PushServices(const Services& its_services, push::Source* its_source, apply::Committer& committer,
               const Clock& clock, apply::Pacing& pacing, const PushOptions& its_options, unsigned workers)
      : services(its_services), source(its_source), options(its_options), acks(committer, clock, pacing, workers) {
    for (unsigned i = 0; i < workers; ++i) desks_.push_back(std::make_unique<PushDesk>(i));
  }

  // Before the first request.
  void attach(Server& server) {
    acks.attach(server);
    for (const auto& desk : desks_) {
      desk->attach([&server](unsigned worker, auto task) { server.post(worker, std::move(task)); });
    }
  }
  PushDesk& desk(std::uint32_t worker) const { return *desks_[worker]; }
  // Sockets and streams that are open.
  std::size_t connections() const {
    return totals.sockets.load(std::memory_order_relaxed) + totals.streams.load(std::memory_order_relaxed);
  }

  const Services services;
  push::Source* const source;
  const PushOptions options;
  SocketAcks acks;
  PushTotals totals;

 private:
  std::vector<std::unique_ptr<PushDesk>> desks_;
};

}  // namespace playhead::server::api
