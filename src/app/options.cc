#include "app/options.h"

#include <algorithm>
#include <chrono>

namespace playhead::app {

apply::CommitOptions commit_options(const Config& config) { return {.queue_bytes = config.commit.queue_bytes}; }

push::PresenceOptions presence_options(const Config& config) {
  return {.silence = std::max<std::chrono::milliseconds>(3 * config.interval.next, std::chrono::seconds(30)),
          .max_sessions = config.presence.max_sessions};
}

}  // namespace playhead::app
