#pragma once

// `playhead bench`: the load generator that users get too.

#include <CLI/App.hpp>

namespace playhead::load {

// Adds the subcommand. When it was asked for, it runs inside app.parse() and throws, as CLI11 does: CLI::RuntimeError
// with exit code 1 when a request failed or the rate was not kept, CLI::ValidationError for unusable options; and
// StartupError when the server can't be reached.
void add_bench_command(CLI::App& app);

}  // namespace playhead::load
