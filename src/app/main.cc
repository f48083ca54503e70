#include <iostream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/node.h"
#include "load/command.h"

int main(int argc, char** argv) {
  using namespace playhead::app;
  const Command bench{.name = "bench", .summary = playhead::load::kSummary, .set_up = playhead::load::set_up_load};
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto serve_alone = [](const Config& config) { return serve(config); };
  return run(arguments, {serve_command(serve_alone), config_command(std::cout), bench}, std::cout, std::cerr);
}
