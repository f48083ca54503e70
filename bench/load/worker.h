#pragma once

// One thread of the generator: one epoll, a share of every stream. Answers arrive in bulk (a group commit answers
// everyone in it), so one wait serves many of them and each costs one recv and one send.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/connection.h"
#include "load/plan.h"
#include "load/stream.h"

namespace playhead::load {

// Nanoseconds of the clock that all latencies are taken from.
std::uint64_t steady_ns();

class Worker {
 public:
  // Opens all connections and waits until they are up; error "cannot-connect". `index` is this thread's share.
  static Result<std::unique_ptr<Worker>> create(const RunPlan& plan, unsigned index);
  ~Worker();

  // Sends from `start_ns` until `end_ns` (steady_ns) or until `stop` is set or all streams reached their limits,
  // then gives what is unanswered, or was due and found no free connection, two seconds more.
  void run(std::uint64_t start_ns, std::uint64_t end_ns, const std::atomic<bool>& stop);

  // Any thread, also while running. In the order of the plan's streams.
  const StreamFigures& figures(std::size_t stream) const { return *figures_[stream]; }

 private:
  struct Lane {
    Stream stream;
    StreamFigures* figures;
    std::deque<Connection> connections;
    std::deque<std::uint32_t> idle;  // open loop: who can take the next request
    std::vector<bool> queued;        // in `idle`, so that nobody is there twice
    unsigned unanswered = 0;
  };

  explicit Worker(const RunPlan& plan);
  Result<void> connect_all();
  bool watch(std::size_t lane, std::size_t index, int operation, bool write);
  void poll(std::uint64_t timeout_ns);
  void on_event(std::size_t lane, std::size_t index, std::uint32_t events);
  void on_readable(std::size_t lane, std::size_t index);
  void on_answer(Lane& lane, const Response& response, std::uint64_t sent_at_ns);
  void drop(std::size_t lane, std::size_t index, Connection::Trouble trouble);
  void reconnect_due(std::uint64_t now);
  void fill(std::size_t lane, std::size_t index);
  void send_due(std::size_t lane, std::uint64_t now);
  std::uint64_t wait_ns(std::uint64_t now, std::uint64_t end) const;
  bool finished() const;
  void drain(std::uint64_t end_ns);
  void give_up_rest(std::uint64_t end_ns);
  std::int64_t wall_ms(std::uint64_t now) const;

  const RunPlan& plan_;
  int epoll_ = -1;
  bool sending_ = false;
  std::int64_t wall_offset_ns_ = 0;
  std::uint64_t next_reconnect_ns_ = 0;
  std::vector<std::unique_ptr<StreamFigures>> figures_;
  std::deque<Lane> lanes_;
  struct Down {
    std::size_t lane;
    std::size_t index;
  };
  std::vector<Down> down_;  // at most one entry a connection
  std::vector<char> buffer_;
  std::string pipelined_;
};

}  // namespace playhead::load
