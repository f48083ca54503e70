#pragma once

// So many requests on their way and no more; the thread that sends waits for room, and at the end for all of them.

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "base/error.h"

namespace playhead::store {

// One thread enters and waits, any thread leaves. wait() must have returned before it is destroyed.
class WriteWindow {
 public:
  explicit WriteWindow(std::size_t limit) : limit_(limit) {}

  // Waits for room. False when a request has failed: then nobody enters any more.
  bool enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return inside_ < limit_ || !first_failure_; });
    if (!first_failure_) return false;
    ++inside_;
    return true;
  }

  void leave(Result<void> result) {
    const std::lock_guard lock(mutex_);
    if (!result && first_failure_) first_failure_ = std::move(result);
    leave_locked();
  }

  // Does `last` before it leaves, one at a time.
  template <class Last>
  void leave_after(Last&& last) {
    const std::lock_guard lock(mutex_);
    last();
    leave_locked();
  }

  // Until nobody is inside. The first failure, if any.
  Result<void> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return inside_ == 0; });
    return first_failure_;
  }

 private:
  // Notifies under the lock: whoever waits may destroy this as soon as it is released.
  void leave_locked() {
    --inside_;
    changed_.notify_one();
  }

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inside_ = 0;
  Result<void> first_failure_;
};

}  // namespace playhead::store
