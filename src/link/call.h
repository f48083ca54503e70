#pragma once

// A call on its way, from the caller's thread to its answer.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace playhead::link {

struct Call {
  using Time = std::chrono::steady_clock::time_point;

  std::uint32_t kind;
  std::string payload;
  // Time::max(): a stream, which may last.
  Time deadline;
  bool lasts() const { return deadline == Time::max(); }

  // Streams only.
  std::move_only_function<void(std::string item)> on_item;
  // The answer, empty for a stream; exactly once.
  std::move_only_function<void(Result<std::string>)> done;
};

}  // namespace playhead::link
