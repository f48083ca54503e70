// Load on /v1/socket: `./dev bench` runs it (bench/suite/push.py); modes.h says what each mode does.
//
//   playhead-socket-load ingest PORT PID CONNECTIONS UPDATES_A_FRAME SECONDS
//   playhead-socket-load idle PORT FIRST_USER CONNECTIONS…
//   playhead-socket-load follow PORT PID DEVICES SECONDS
//   playhead-socket-load come-back PORT DEVICES SECONDS

#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "socket/modes.h"

namespace {

int run(const std::vector<std::string_view>& given) {
  using namespace playhead::bench;
  const std::string_view mode = given.empty() ? "" : given[0];
  const auto number = [&](std::size_t i) {
    int value = 0;
    const auto text = i < given.size() ? given[i] : "";
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value <= 0) {
      throw std::runtime_error(fmt::format("argument {} is no positive number: '{}'", i, text));
    }
    return value;
  };
  const auto count = [&](std::size_t i) { return static_cast<unsigned>(number(i)); };
  if (mode == "ingest") {
    ingest(number(1), number(2), count(3), count(4), number(5));
  } else if (mode == "idle") {
    std::vector<unsigned> steps;
    for (std::size_t i = 3; i < given.size() || i == 3; ++i) steps.push_back(count(i));
    idle(number(1), count(2), steps);
  } else if (mode == "follow") {
    follow(number(1), number(2), count(3), number(4));
  } else if (mode == "come-back") {
    come_back(number(1), count(2), number(3));
  } else {
    throw std::runtime_error("the first argument is ingest, idle, follow or come-back");
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "socket_load: {}\n", error.what());
    return 1;
  }
}
