#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "load/process.h"
#include "socket/client.h"
#include "socket/modes.h"

namespace playhead::bench {
namespace {

using Clock = std::chrono::steady_clock;

// So many connections from one address; it has 28,000 ports by default.
constexpr unsigned kOfOneAddress = 20'000;

// Both ends of the connections together: the sockets' buffers, and the kernel's own objects.
struct Kernel {
  std::uint64_t buffers = 0, objects = 0;
};

std::uint64_t number_in(const char* path, std::string_view line, std::string_view name) {
  std::ifstream in(path);
  for (std::string text; std::getline(in, text);) {
    if (!text.starts_with(line)) continue;
    const auto at = text.find(name);
    if (at != std::string::npos) return std::strtoull(text.c_str() + at + name.size(), nullptr, 10);
  }
  return 0;
}

Kernel kernel() {
  return {.buffers =
              number_in("/proc/net/sockstat", "TCP:", " mem ") * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
          .objects = number_in("/proc/meminfo", "Slab:", "Slab:") * 1024};
}

void answer_pings(std::vector<Client>& clients, int seconds) {
  const int set = ::epoll_create1(0);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    ::epoll_ctl(set, EPOLL_CTL_ADD, clients[i].descriptor(), &event);
  }
  std::array<epoll_event, 256> ready;
  std::string message;
  for (const auto end = Clock::now() + std::chrono::seconds(seconds); Clock::now() < end;) {
    const int events = ::epoll_wait(set, ready.data(), static_cast<int>(ready.size()), 100);
    for (int i = 0; i < events; ++i) {
      auto& client = clients[ready[static_cast<std::size_t>(i)].data.u64];
      if (!client.read()) throw std::runtime_error("the server closed a connection that waited");
      while (client.take(message)) {
      }
    }
  }
  ::close(set);
}

}  // namespace

void idle(int port, int pid, unsigned connections, int seconds) {
  allow_descriptors(connections);
  std::vector<Client> clients;
  clients.reserve(connections);
  const auto before = load::usage_of(pid).value_or(load::Usage{});
  const auto kernel_before = kernel();
  for (unsigned i = 0; i < connections; ++i) {
    auto& client = clients.emplace_back(port, 1 + i / kOfOneAddress);
    client.open();
    client.send(fmt::format(R"({{"type":"subscribe","ref":1,"userId":{}}})", i));
    client.next();
    const auto open = i + 1;
    if (open != connections && open != 10'000 && open != 25'000 && open != 50'000) continue;
    const auto now = load::usage_of(pid).value_or(load::Usage{});
    const auto in_kernel = kernel();
    const auto each = [&](std::uint64_t a, std::uint64_t b) {
      return (static_cast<double>(b) - static_cast<double>(a)) / open;
    };
    fmt::print(R"({{"open":{},"bytesEach":{:.0f},"kernelBuffersEach":{:.0f},"kernelObjectsEach":{:.0f}}})"
               "\n",
               open, each(before.rss_bytes, now.rss_bytes), each(kernel_before.buffers, in_kernel.buffers),
               each(kernel_before.objects, in_kernel.objects));
  }
  const auto quiet = load::usage_of(pid).value_or(load::Usage{});
  answer_pings(clients, seconds);
  const auto after = load::usage_of(pid).value_or(load::Usage{});
  fmt::print(R"({{"idleCores":{:.4f},"bytesEachAfter":{:.0f}}})"
             "\n",
             (after.cpu_seconds - quiet.cpu_seconds) / seconds,
             (static_cast<double>(after.rss_bytes) - static_cast<double>(before.rss_bytes)) / connections);
}

}  // namespace playhead::bench
