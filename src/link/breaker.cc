#include "link/breaker.h"

#include <algorithm>

namespace playhead::link {

bool Breaker::admits(Time now) {
  if (!open_) return true;
  if (now < retry_at_) return false;
  pause_from(now);
  return true;
}

void Breaker::succeeded() {
  open_ = false;
  timeouts_ = 0;
  pause_ = options_.min_pause;
}

void Breaker::failed(Time now) {
  open_ = true;
  pause_from(now);
}

void Breaker::connected() {
  if (timeouts_ < options_.timeouts_to_open) open_ = false;
}

void Breaker::heard() {
  if (!open_) pause_ = options_.min_pause;
}

void Breaker::timed_out(Time now) {
  ++timeouts_;
  if (timeouts_ >= options_.timeouts_to_open) failed(now);
}

void Breaker::pause_from(Time now) {
  const auto half = pause_.count() / 2;
  retry_at_ = now + Duration(pause_.count() - std::uniform_int_distribution<std::int64_t>(0, half)(chance_));
  pause_ = std::min(pause_ * 2, options_.max_pause);
}

}  // namespace playhead::link
