#include <iostream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/node.h"

int main(int argc, char** argv) {
  using namespace playhead::app;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return run(arguments, {serve_command(serve), config_command(std::cout)}, std::cout, std::cerr);
}
