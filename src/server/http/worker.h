#pragma once

// One thread of the server: an event loop, a listener, and the connections that it accepted. What is said of
// "the worker's thread" in this folder is said of this one.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "server/http/connection.h"
#include "server/http/deadline_wheel.h"
#include "server/http/listener.h"
#include "server/http/metrics.h"
#include "server/http/poller.h"
#include "server/http/session_context.h"

namespace playhead::server {

class Worker final : private ConnectionHost {
 public:
  // Called on the worker's thread after each round of events, when everything that had arrived is handled.
  using AfterRound = std::function<void()>;

  // What is referred to must outlive the worker.
  Worker(std::uint32_t index, const HttpOptions& options, const Router& router, const Clock& clock,
         HttpMetrics& metrics, AfterRound after_round);
  // Stops and joins.
  ~Worker();

  // Starts the thread, which accepts on `listener` and owns it.
  void start(int listener);
  // Any thread: runs `task` on the worker's thread, then sends what it has answered.
  void post(std::move_only_function<void(SessionContext&)> task);
  // Any thread: closes the listener and each connection once it is answered; `drained` is called on the
  // worker's thread when none is left.
  void drain(std::function<void()> drained);
  // Any thread: closes what is left and ends the thread. Gives how many connections had to be cut.
  std::size_t stop();

 private:
  void forget(Connection& connection) override;
  void accept(int socket, std::string_view peer);
  void run_tick();
  void schedule_tick();
  void begin_round();
  void end_round();
  void report_full();

  HttpMetrics& metrics_;
  AfterRound after_round_;
  // Before the event loop, so that a task that is never run may hold a Reply to its end.
  SessionContext context_;
  boost::asio::io_context io_;
  Poller poller_;
  DeadlineWheel wheel_;
  HttpCounters published_;
  const std::chrono::milliseconds tick_;
  boost::asio::steady_timer timer_;
  std::vector<char> buffer_;
  std::optional<Listener> listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::function<void()> drained_;
  std::size_t cut_ = 0;
  LogLimiter full_log_;
  Monotonic date_refreshed_;
  std::thread thread_;
};

}  // namespace playhead::server
