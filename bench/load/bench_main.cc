// The load generator alone, for loads against other servers without linking this one's backends.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/error.h"
#include "load/command.h"

int main(int argc, char** argv) {
  CLI::App app("Playhead's load generator", "playhead-load");
  playhead::load::add_bench_command(app);
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 || e.get_name() == "RuntimeError" ? code : 2;
  } catch (const playhead::StartupError& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
