#pragma once

// A group's settings for tests against brokers as they come.

#include <cstdlib>

#include "log/kafka/group_options.h"

namespace playhead::test {

// PLAYHEAD_ASSIGNOR compares the assignors: all of them pass.
inline log::kafka::GroupOptions group_settings(std::chrono::milliseconds presence_window) {
  log::kafka::GroupOptions settings{.handler_timeout = std::chrono::milliseconds(6'000),
                                    .presence_window = presence_window};
  if (const char* const assignor = std::getenv("PLAYHEAD_ASSIGNOR"); assignor != nullptr)
    settings.assignor = assignor;
  return settings;
}

}  // namespace playhead::test
