#pragma once

// A user's sessions by a clock that the test moves.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "push/presence.h"
#include "support/updates.h"

namespace playhead::push {

using model::State;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr std::int64_t kStart = 1'000'000'000;

inline model::Update say(State state, std::int64_t at_s, std::string_view session = "tv") {
  auto update = test::position("ann", "12", kStart + at_s * 1000, at_s * 1000);
  update.session = session;
  update.state = state;
  return update;
}

struct PresenceTest : testing::Test {
  void note(model::Update update) {
    update.received_ms = std::max(update.received_ms, clock_.now_ms());
    presence_.note(update);
  }
  std::vector<std::string> playing(std::string_view user = "ann") const {
    std::vector<std::string> ids;
    for (const auto& session : presence_.sessions(user)) ids.push_back(session.session);
    return ids;
  }
  void at(std::int64_t seconds_in) { clock_.set(kStart + seconds_in * 1000); }
  void sweep_all() {
    for (int i = 0; i < 256; ++i) presence_.sweep();
  }

  ManualClock clock_{kStart};
  Presence presence_{{.max_sessions = 10, .max_sessions_per_user = 4}, clock_};
};

using Ids = std::vector<std::string>;

}  // namespace playhead::push
