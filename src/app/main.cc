#include <iostream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/node.h"
#ifdef PLAYHEAD_CASSANDRA
#include "app/cluster_commands.h"
#endif
#include "load/command.h"

int main(int argc, char** argv) {
  using namespace playhead::app;
  const Command bench{.name = "bench", .summary = playhead::load::kSummary, .set_up = playhead::load::set_up_load};
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto serve_alone = [](const Config& config) { return serve(config); };
  std::vector<Command> commands{serve_command(serve_alone), config_command(std::cout), bench};
#ifdef PLAYHEAD_CASSANDRA
  commands.push_back(schema_command(std::cout));
  commands.push_back(dead_letters_command(std::cout));
#endif
  return run(arguments, commands, std::cout, std::cerr);
}
