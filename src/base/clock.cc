#include "base/clock.h"

namespace playhead {

std::int64_t SystemClock::now_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Monotonic SystemClock::monotonic() const { return std::chrono::steady_clock::now(); }

}  // namespace playhead
