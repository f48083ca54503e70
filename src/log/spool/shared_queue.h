#pragma once

// The queue as two threads append to it: live updates and what is drained take turns, in the order in which they
// came. A plain mutex would let whoever has just had it take it again, and the other starve.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "log/heartbeat_log.h"
#include "log/spool/trouble.h"

namespace playhead::log {

// Any thread.
class SharedQueue {
 public:
  // Both outlive it. `unreached`: it counts as away until it has taken something.
  SharedQueue(HeartbeatLog& queue, const Clock& clock, bool unreached) : queue_(queue), clock_(clock) {
    if (unreached) failed({"log-unavailable", "The queue has not been reached since the start."});
  }

  void append(std::string_view record, HeartbeatLog::AppendDone done) {
    const auto turn = next_.fetch_add(1, std::memory_order_relaxed);
    for (auto now = serving_.load(std::memory_order_acquire); now != turn;
         now = serving_.load(std::memory_order_acquire)) {
      serving_.wait(now, std::memory_order_acquire);
    }
    queue_.append(record, std::move(done));
    serving_.fetch_add(1, std::memory_order_release);
    serving_.notify_all();
  }

  // Whether records are to be kept from it, since one was refused and none was taken since.
  bool away() const { return since_ms_.load(std::memory_order_relaxed) != 0; }
  // When that began, by the wall clock; 0 while it is not so.
  std::int64_t since_ms() const { return since_ms_.load(std::memory_order_relaxed); }
  std::optional<Error> trouble() const { return trouble_.get(); }
  // True when it was not away before.
  bool failed(const Error& error) {
    trouble_.set(error);
    std::int64_t there = 0;
    return since_ms_.compare_exchange_strong(there, std::max<std::int64_t>(1, clock_.now_ms()));
  }
  void came_back() {
    trouble_.clear();
    since_ms_ = 0;
  }

 private:
  HeartbeatLog& queue_;
  const Clock& clock_;
  std::atomic<std::uint64_t> next_{0}, serving_{0};
  std::atomic<std::int64_t> since_ms_{0};
  Trouble trouble_;
};

}  // namespace playhead::log
