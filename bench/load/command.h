#pragma once

// `playhead bench`: the load generator that users get too.

#include <CLI/App.hpp>
#include <functional>

namespace playhead::load {

// Adds the command's options to its parser, and returns what to run once they are filled in. That returns the exit
// status, 1 when a request failed or the rate was not kept, and throws CLI::ValidationError for options that can't
// work and StartupError when the server can't be reached.
std::function<int()> set_up_bench(CLI::App& parser);

}  // namespace playhead::load
