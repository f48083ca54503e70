#pragma once

// A session as others are told of it.

#include <cstdint>
#include <string>

#include "model/update.h"

namespace playhead::push {

struct SessionNow {
  std::string session;  // the session's id, else the device's, else empty: one a user
  std::string device;
  std::string show, episode;
  bool show_integer = false, episode_integer = false;
  std::int64_t position_ms = 0;
  model::State state = model::State::kPlaying;
  model::Version version;
};

}  // namespace playhead::push
