// Load on /v1/socket: gateways that send frames of updates and wait for each ack, or connections that only follow.
//
//   socket_load ingest PORT CONNECTIONS UPDATES_A_FRAME SECONDS
//   socket_load idle PORT CONNECTIONS PID   (memory of that process before and after; connects from 127.0.0.1 and on)
//   socket_load follow PORT DEVICES SECONDS (each device follows its own user and sends every 5 s: time to the event)

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "server/ws/frame.h"

namespace {

using Clock = std::chrono::steady_clock;
using playhead::server::ws::Opcode;

std::string masked(std::string_view text) {
  std::string frame;
  playhead::server::ws::append_frame(frame, Opcode::kText, text);
  const auto header = frame.size() - text.size();
  frame[1] = static_cast<char>(frame[1] | 0x80);
  const std::array<char, 4> mask = {'\x12', '\x34', '\x56', '\x78'};
  playhead::server::ws::unmask(text, mask, frame.data() + header);
  return frame.insert(header, mask.data(), mask.size());
}

class Client {
 public:
  Client(int port, unsigned from) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK + from)}, .sin_zero = {}};
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("can't connect");
    }
    write(
        "GET /v1/socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    while (received_.find("\r\n\r\n") == std::string::npos) read();
    received_.erase(0, received_.find("\r\n\r\n") + 4);
    write(masked(R"({"type":"hello"})"));
    next();
  }
  Client(Client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  int descriptor() const { return socket_; }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the server closed");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // The next message; waits for it.
  std::string next() {
    std::string message;
    while (!take(message)) read();
    return message;
  }
  bool take(std::string& message) {
    if (received_.size() < 2) return false;
    std::size_t length = static_cast<unsigned char>(received_[1]), header = 2;
    if (length == 126) {
      if (received_.size() < 4) return false;
      length = static_cast<std::size_t>(static_cast<unsigned char>(received_[2])) << 8 |
               static_cast<unsigned char>(received_[3]);
      header = 4;
    }
    if (received_.size() < header + length) return false;
    message = received_.substr(header, length);
    received_.erase(0, header + length);
    return true;
  }
  void read() {
    char buffer[16 * 1024];
    const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    if (size <= 0) throw std::runtime_error("the server closed");
    received_.append(buffer, static_cast<std::size_t>(size));
  }

 private:
  int socket_;
  std::string received_;
};

std::string updates(unsigned connection, unsigned round, unsigned count) {
  std::string text = R"({"type":"progress","ref":1,"updates":[)";
  for (unsigned i = 0; i < count; ++i) {
    text += fmt::format(
        R"({}{{"userId":{},"showId":789,"episodeId":12,"position":{},"duration":2400,"sessionId":"s{}"}})",
        i > 0 ? "," : "", (connection * 64 + round) * count + i, 1000 + round, i);
  }
  return text + "]}";
}

int ingest(int port, unsigned connections, unsigned count, int seconds) {
  constexpr unsigned kThreads = 2, kWindow = 4;
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<Client> clients;
      std::vector<std::vector<std::string>> frames;
      for (unsigned i = t; i < connections; i += kThreads) {
        clients.emplace_back(port, 0);
        auto& own = frames.emplace_back();
        for (unsigned round = 0; round < 16; ++round) own.push_back(masked(updates(i, round, count)));
      }
      for (std::size_t i = 0; i < clients.size(); ++i) {
        for (unsigned k = 0; k < kWindow; ++k) clients[i].write(frames[i][k]);
      }
      for (std::size_t round = kWindow; !stop; ++round) {
        for (std::size_t i = 0; i < clients.size(); ++i) {
          clients[i].next();
          acknowledged += count;
          clients[i].write(frames[i][round % frames[i].size()]);
        }
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const auto before = acknowledged.load();
  const auto from = Clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const auto passed = std::chrono::duration<double>(Clock::now() - from).count();
  fmt::print("{:.0f} durable updates a second in frames of {}, {} connections\n",
             static_cast<double>(acknowledged - before) / passed, count, connections);
  stop = true;
  for (auto& thread : threads) thread.join();
  return 0;
}

long resident_kb(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::strtol(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

int idle(int port, unsigned connections, const std::string& pid) {
  rlimit limit{1'000'000, 1'000'000};
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<Client> clients;
  clients.reserve(connections);
  const auto before = resident_kb(pid);
  for (unsigned i = 0; i < connections; ++i) {
    // So many ports has one address.
    clients.emplace_back(port, 1 + i / 20'000);
    clients.back().write(masked(fmt::format(R"({{"type":"subscribe","ref":1,"userId":{}}})", i)));
    clients.back().next();
    if ((i + 1) % 10'000 == 0)
      fmt::print("{} open: {} bytes each\n", i + 1, (resident_kb(pid) - before) * 1024 / (i + 1));
  }
  fmt::print("{} connections that follow a user: {} bytes of server memory each\n", connections,
             (resident_kb(pid) - before) * 1024 / std::max(1u, connections));
  return 0;
}

int follow(int port, unsigned devices, int seconds) {
  rlimit limit{1'000'000, 1'000'000};
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<Client> phones;
  std::vector<Clock::time_point> sent(devices);
  for (unsigned i = 0; i < devices; ++i) {
    phones.emplace_back(port, 1 + i / 20'000);
    phones[i].write(masked(fmt::format(R"({{"type":"subscribe","ref":1,"userId":{}}})", i)));
    phones[i].next();
  }
  std::vector<double> took;
  const int set = ::epoll_create1(0);
  for (unsigned i = 0; i < devices; ++i) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    ::epoll_ctl(set, EPOLL_CTL_ADD, phones[i].descriptor(), &event);
  }
  std::array<epoll_event, 256> ready;
  const auto begin = Clock::now();
  const auto every = std::chrono::nanoseconds(std::chrono::seconds(5)) / devices;
  std::uint64_t round = 0;
  while (Clock::now() - begin < std::chrono::seconds(seconds)) {
    // Every device in its turn, and what has come for others meanwhile.
    while (begin + every * round <= Clock::now()) {
      const auto i = static_cast<unsigned>(round % devices);
      sent[i] = Clock::now();
      phones[i].write(masked(fmt::format(
          R"({{"type":"progress","ref":1,"userId":{},"showId":1,"episodeId":1,"position":{},"deviceId":"tv"}})", i,
          100 + round)));
      ++round;
    }
    const int events = ::epoll_wait(set, ready.data(), static_cast<int>(ready.size()), 1);
    for (int event = 0; event < events; ++event) {
      const auto i = static_cast<unsigned>(ready[static_cast<std::size_t>(event)].data.u64);
      phones[i].read();
      for (std::string message; phones[i].take(message);) {
        if (message.starts_with(R"({"type":"progress")") && Clock::now() - begin > std::chrono::seconds(6)) {
          took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent[i]).count());
        }
      }
    }
  }
  ::close(set);
  std::ranges::sort(took);
  if (took.empty()) return 1;
  const auto at = [&](double part) {
    return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
  };
  fmt::print(
      "{} devices every 5 s: update to event p50 {:.2f} ms, p99 {:.2f} ms, p99.9 {:.2f} ms, most {:.2f} ms ({} "
      "events)\n",
      devices, at(0.5), at(0.99), at(0.999), took.back(), took.size());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + count);
  const auto number = [&](std::size_t i) { return std::atoi(given.at(i).c_str()); };
  try {
    if (given.at(0) == "ingest")
      return ingest(number(1), static_cast<unsigned>(number(2)), static_cast<unsigned>(number(3)), number(4));
    if (given.at(0) == "idle") return idle(number(1), static_cast<unsigned>(number(2)), given.at(3));
    if (given.at(0) == "follow") return follow(number(1), static_cast<unsigned>(number(2)), number(3));
    throw std::runtime_error("the first argument is ingest, idle or follow");
  } catch (const std::exception& error) {
    fmt::print(stderr, "socket_load: {}\n", error.what());
    return 1;
  }
}
