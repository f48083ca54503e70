#pragma once

// One stream's requests, pace and figures in one thread; the worker moves its bytes.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "load/histogram.h"
#include "load/pattern.h"
#include "load/plan.h"
#include "load/response.h"

namespace playhead::load {

// Counted by kind ("HTTP 503", "closed by the server"), with the first of each kind in full. Any thread.
class Errors {
 public:
  struct Kind {
    std::uint64_t count = 0;
    std::string first;
  };
  void add(const std::string& kind, std::string_view detail, std::uint64_t times = 1);
  std::map<std::string, Kind> kinds() const;

 private:
  // The kinds are few: what an answer's status or a system call's error can be.
  mutable std::mutex mutex_;
  std::map<std::string, Kind> kinds_;
};

// What one thread counts and any thread may read.
struct StreamFigures {
  Recorder latency;
  std::atomic<std::uint64_t> answered{0};  // as expected
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> unsent{0};  // open loop: due, and no connection was free until two seconds after the end
  Errors errors;
};

class Stream {
 public:
  // Error when the request's pattern can't be used.
  static Result<Stream> create(const StreamPlan& plan, std::uint64_t seed);

  const StreamPlan& plan() const { return plan_; }
  bool open_loop() const { return plan_.rate > 0; }
  // No request is left to begin.
  bool exhausted() const {
    if (plan_.limit != 0 && begun_ >= plan_.limit) return true;
    return open_loop() ? due_ns() >= end_ns_ : ended_;
  }

  // Patches the next request; the bytes are valid until the next call.
  std::string_view next_request(std::int64_t wall_ms);

  // Open loop: when the next request should be sent, on the caller's clock, which starts at `start_ns`.
  void start(std::uint64_t start_ns) { start_ns_ = start_ns; }
  // No new request from here on. Open loop: those that were due before are still to be sent.
  void end(std::uint64_t end_ns) {
    end_ns_ = end_ns;
    ended_ = true;
  }
  std::uint64_t due_ns() const {
    return start_ns_ + static_cast<std::uint64_t>(static_cast<double>(begun_) * interval_ns_);
  }

  // Why the answer is not the expected one; empty when it is.
  std::string_view fault_of(const Response& response) const;

 private:
  Stream(const StreamPlan& plan, Pattern pattern, std::uint64_t seed);

  StreamPlan plan_;
  Pattern pattern_;
  Sequence sequence_;
  Values values_;
  std::uint64_t begun_ = 0;
  std::uint64_t start_ns_ = 0;
  std::uint64_t end_ns_ = ~std::uint64_t{0};
  bool ended_ = false;
  double interval_ns_ = 0;
};

}  // namespace playhead::load
