#pragma once

// The last failure of something, until it works again.

#include <mutex>
#include <optional>
#include <utility>

#include "base/error.h"

namespace playhead::log {

// Any thread.
class Trouble {
 public:
  std::optional<Error> get() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }
  // Each: true when it changes between working and not.
  bool set(Error error) {
    const std::lock_guard lock(mutex_);
    const bool news = !error_;
    error_ = std::move(error);
    return news;
  }
  bool clear() {
    const std::lock_guard lock(mutex_);
    const bool news = error_.has_value();
    error_.reset();
    return news;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace playhead::log
