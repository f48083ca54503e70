#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "socket/client.h"
#include "socket/modes.h"

namespace playhead::bench {
namespace {

// So many connections from one address; it has 28,000 ports by default.
constexpr unsigned kOfOneAddress = 20'000;
constexpr std::uint64_t kInput = ~std::uint64_t{0};

void watch(int set, int descriptor, std::uint64_t name) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = name}};
  if (::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) != 0) throw std::runtime_error("epoll_ctl failed");
}

// Until there is a line on standard input, or its end.
void answer_pings(int set, std::vector<Client>& clients) {
  std::array<epoll_event, 256> ready;
  std::string message;
  while (true) {
    const int events = ::epoll_wait(set, ready.data(), static_cast<int>(ready.size()), -1);
    for (int i = 0; i < events; ++i) {
      const auto name = ready[static_cast<std::size_t>(i)].data.u64;
      if (name == kInput) {
        char line[16];
        if (::read(STDIN_FILENO, line, sizeof line) <= 0) return;
        return;
      }
      auto& client = clients[name];
      if (!client.read()) throw std::runtime_error("the server closed a connection that waited");
      while (client.take(message)) {
      }
    }
  }
}

}  // namespace

void idle(int port, unsigned first, const std::vector<unsigned>& steps) {
  allow_descriptors(steps.back());
  std::vector<Client> clients;
  clients.reserve(steps.back());
  const int set = ::epoll_create1(0);
  watch(set, STDIN_FILENO, kInput);
  for (const auto step : steps) {
    while (clients.size() < step) {
      const auto i = static_cast<unsigned>(clients.size());
      auto& client = clients.emplace_back(port, 1 + (first + i) / kOfOneAddress);
      client.open();
      client.send(fmt::format(R"({{"type":"subscribe","ref":1,"userId":{}}})", first + i));
      client.next();
      watch(set, client.descriptor(), i);
    }
    fmt::print(R"({{"open":{}}})"
               "\n",
               clients.size());
    std::fflush(stdout);
    answer_pings(set, clients);
  }
  ::close(set);
}

}  // namespace playhead::bench
