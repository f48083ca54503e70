// What is done with a fleet of devices: follow() and come_back().

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "load/process.h"
#include "socket/fleet.h"
#include "socket/modes.h"

namespace playhead::bench {
namespace {

using Clock = Fleet::Clock;

// One heartbeat of each, and the server has settled.
constexpr std::chrono::seconds kWarmUp{6};
constexpr std::chrono::seconds kLongestWait{60};

void run(Fleet& fleet, Clock::time_point until) {
  while (Clock::now() < until) fleet.turn();
}

// The nearest rank's; of sorted values.
float at(const std::vector<float>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

void follow(int port, int pid, unsigned devices, int seconds) {
  Fleet fleet(port, devices);
  run(fleet, Clock::now() + kWarmUp);
  fleet.clear();
  const auto before = load::usage_of(pid).value_or(load::Usage{});
  const auto own_before = load::own_usage();
  const auto sent = fleet.sent();
  run(fleet, Clock::now() + std::chrono::seconds(seconds));
  const auto after = load::usage_of(pid).value_or(load::Usage{});
  const auto own_after = load::own_usage();
  auto delays = fleet.delays();
  if (fleet.lost() > 0 || delays.empty()) throw std::runtime_error("the server closed connections or told nothing");
  std::ranges::sort(delays);
  const auto updates = static_cast<double>(fleet.sent() - sent);
  const auto cpu = after.cpu_seconds - before.cpu_seconds;
  fmt::print(R"({{"devices":{},"events":{},"updates":{:.0f},"refused":{},"p50":{:.3f},"p99":{:.3f},"p999":{:.3f},)"
             R"("max":{:.3f},"serverCores":{:.4f},"serverUs":{:.2f},"generatorCores":{:.4f}}})"
             "\n",
             devices, delays.size(), updates, fleet.refused(), at(delays, 0.5), at(delays, 0.99), at(delays, 0.999),
             delays.back(), cpu / seconds, cpu / updates * 1e6,
             (own_after.cpu_seconds - own_before.cpu_seconds) / seconds);
}

void come_back(int port, unsigned devices, int seconds) {
  Fleet fleet(port, devices);
  run(fleet, Clock::now() + kWarmUp);
  const auto refused_before = fleet.refused();
  fmt::print("ready\n");
  std::fflush(stdout);
  const auto give_up = Clock::now() + kLongestWait;
  while (fleet.lost() == 0) {
    if (Clock::now() > give_up) throw std::runtime_error("the server never went away");
    fleet.turn();
  }
  run(fleet, fleet.first_loss() + std::chrono::seconds(seconds));
  auto back = fleet.back_after();
  std::ranges::sort(back);
  std::vector<unsigned> each_half_second(static_cast<std::size_t>(2 * seconds));
  for (const auto after : back) {
    ++each_half_second[std::min(each_half_second.size() - 1, static_cast<std::size_t>(2 * after))];
  }
  fmt::print(R"({{"devices":{},"lost":{},"back":{},"refused":{},"unanswered":{},"attempts":{},"median":{:.3f},)"
             R"("p99":{:.3f},"last":{:.3f},"eachHalfSecond":[{}]}})"
             "\n",
             devices, fleet.lost(), back.size(), fleet.refused() - refused_before, fleet.unanswered(),
             fleet.attempts(), back.empty() ? 0 : at(back, 0.5), back.empty() ? 0 : at(back, 0.99),
             back.empty() ? 0 : back.back(), fmt::join(each_half_second, ","));
}

}  // namespace playhead::bench
