#pragma once

// A server on a free port of loopback, whose deadlines go by a clock that the test moves.

#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "client_socket.h"
#include "server/http/server.h"
#include "session_rig.h"

namespace playhead::server {

class ServerTest : public testing::Test {
 public:
  void start(HttpOptions http = {}, unsigned workers = 1) {
    ServerOptions options;
    options.port = 0;
    options.workers = workers;
    options.http = http;
    options.after_round = [this](unsigned) { ++rounds; };
    server.emplace(options, Router(table()), clock, registry);
    server->start();
  }

  std::vector<Route> table() {
    return {{Method::kPost, "/echo",
             [](const Request& request, Reply reply) {
               Response response;
               response.body = request.body;
               reply.send(response);
             }},
            {Method::kGet, "/big",
             [](const Request&, Reply reply) {
               Response response;
               response.body.assign(1'000'000, 'x');
               reply.send(response);
             }},
            {Method::kPost, "/later", [this](const Request&, Reply reply) {
               const std::lock_guard lock(mutex);
               parked.push_back(std::move(reply).park());
               changed.notify_all();
             }}};
  }

  std::vector<ReplyToken> wait_for_parked(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return parked.size() >= count; });
    return parked;
  }

  // Moves the time on once the server has seen what was sent before: its tick looks at the clock again and
  // again.
  void pass(std::chrono::milliseconds by) { clock.advance(by); }

  // The value of a metric, which the workers publish at every tick; -1 when there is none of that name.
  double metric(const std::string& name) const {
    const std::string text = prometheus::TextSerializer().Serialize(registry.Collect());
    const std::size_t at = text.find("\n" + name + " ");
    return at == text.npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }
  bool wait_for_metric(const std::string& name, double at_least) const {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (metric(name) < at_least && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    return metric(name) >= at_least;
  }

  ManualClock clock{kSunday};
  prometheus::Registry registry;
  std::atomic<int> rounds = 0;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<ReplyToken> parked;
  std::optional<Server> server;
};

}  // namespace playhead::server
