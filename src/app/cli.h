#pragma once

// The command line: subcommands, each from a file of its own, and one way to report a mistake.

#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "app/config.h"

namespace CLI {
class App;
}

namespace playhead::app {

// What the program exits with.
inline constexpr int kExitFailure = 1;  // it could not go on
inline constexpr int kExitUsage = 2;    // it was started in a wrong way

struct Command {
  std::string name;
  std::string summary;  // one line of --help
  // Adds the command's options to its parser, and returns what to run once they are filled in. What that returns is
  // the exit status; it may throw StartupError. Called once.
  std::function<std::function<int()>(CLI::App&)> set_up;
};

// Reads `arguments` (without the program's name) and runs the command that they name. A mistake is one line on `err`:
// kExitUsage for UsageError and what the parser refuses, kExitFailure for any other exception.
int run(std::span<const std::string> arguments, const std::vector<Command>& commands, std::ostream& out,
        std::ostream& err);

// The variable's value in this process, for Sources.
std::optional<std::string> environment_variable(const std::string& name);

using Environment = std::function<std::optional<std::string>(const std::string&)>;

// Adds every setting as a flag. What it returns reads them once they are filled in, with environment and file; it may
// throw UsageError. The parser must outlive it.
std::function<Config()> add_settings(CLI::App& parser, Environment environment);

// `serve`: every setting as a flag. `serve` runs until it is to end, and returns the exit status.
Command serve_command(std::function<int(const Config&)> serve, Environment environment = environment_variable);

// `config`: the same flags; prints the outcome as TOML, or docs/configuration.md with --markdown.
Command config_command(std::ostream& out, Environment environment = environment_variable);

}  // namespace playhead::app
