#pragma once

// `playhead bench`: the load generator that users get too.

#include <CLI/App.hpp>
#include <functional>

namespace playhead::load {

inline constexpr const char* kSummary = "Put load on a Playhead server and report rates and latencies";

// Adds the options to `command`, and returns what to run once they are filled in. Its result is the exit status: 1
// when a request failed or the rate was not kept. It throws CLI::ValidationError for unusable options, and
// StartupError when the server can't be reached.
std::function<int()> set_up_load(CLI::App& command);

}  // namespace playhead::load
