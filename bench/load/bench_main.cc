// The load generator alone, for loads against other servers without linking this one's backends.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/error.h"
#include "load/command.h"

int main(int argc, char** argv) {
  CLI::App app("Playhead's load generator", "playhead-load");
  const auto bench = playhead::load::set_up_load(*app.add_subcommand("bench", "Put load on a server"));
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
    return bench();
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const playhead::StartupError& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
