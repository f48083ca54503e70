#pragma once

// Whether the log, or the store, took what was last written to it, and what it said when not.

#include <atomic>
#include <mutex>
#include <optional>

#include "base/error.h"

namespace playhead::apply {

// Any thread may call.
class Health {
 public:
  bool ok() const { return ok_.load(std::memory_order_relaxed); }
  // The last failure; nothing while ok.
  std::optional<Error> trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }
  // True when ok() changes by it. `failure` is null after a success.
  bool note(const Error* failure) {
    if (failure == nullptr && ok()) return false;
    const std::lock_guard lock(mutex_);
    trouble_ = failure != nullptr ? std::optional(*failure) : std::nullopt;
    return ok_.exchange(failure == nullptr) != (failure == nullptr);
  }

 private:
  std::atomic<bool> ok_{true};
  mutable std::mutex mutex_;
  std::optional<Error> trouble_;
};

}  // namespace playhead::apply
