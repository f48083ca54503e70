#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "load/process.h"
#include "socket/client.h"
#include "socket/modes.h"

namespace playhead::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned kThreads = 2, kFrames = 16;

// Frames of a connection on their way: with 16, two cores stay busy while the disk syncs, with 4 they are idle for a
// quarter of the time. A single update waits for its ack, as the HTTP generator's do.
unsigned window(unsigned count) { return count == 1 ? 1 : kFrames; }

std::string updates(unsigned connection, unsigned round, unsigned count) {
  const auto one = [&](unsigned i) {
    return fmt::format(R"("userId":{},"showId":789,"episodeId":12,"position":{},"duration":2400,"sessionId":"s{}")",
                       (connection * kFrames + round) * count + i, 1000 + round, i);
  };
  if (count == 1) return fmt::format(R"({{"type":"progress","ref":1,{}}})", one(0));
  std::string text = R"({"type":"progress","ref":1,"updates":[)";
  for (unsigned i = 0; i < count; ++i) text += fmt::format("{}{{{}}}", i > 0 ? "," : "", one(i));
  return text + "]}";
}

struct Gateways {
  std::vector<Client> clients;
  std::vector<std::vector<std::string>> frames;

  Gateways(int port, unsigned first, unsigned connections, unsigned count) {
    for (unsigned i = first; i < connections; i += kThreads) {
      clients.emplace_back(port, 0).open();
      auto& own = frames.emplace_back();
      for (unsigned round = 0; round < kFrames; ++round) own.push_back(masked(updates(i, round, count)));
    }
  }
  void write(std::size_t i, std::size_t round) {
    if (!clients[i].write(frames[i][round % kFrames])) throw std::runtime_error("the server closed a connection");
  }
};

// Says that all `count` updates of a frame were taken.
bool accepted(std::string_view ack, unsigned count) { return number_after(ack, R"("accepted":)") == count; }

}  // namespace

void ingest(int port, int pid, unsigned connections, unsigned count, int seconds) {
  std::atomic<std::uint64_t> acknowledged{0}, refused{0};
  std::atomic<bool> stop{false}, failed{false};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      try {
        Gateways gateways(port, t, connections, count);
        const auto size = gateways.clients.size();
        for (std::size_t i = 0; i < size; ++i) {
          for (unsigned k = 0; k < window(count); ++k) gateways.write(i, k);
        }
        for (std::size_t round = window(count); !stop; ++round) {
          for (std::size_t i = 0; i < size; ++i) {
            (accepted(gateways.clients[i].next(), count) ? acknowledged : refused) += count;
            gateways.write(i, round);
          }
        }
      } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        failed = true;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const auto before = acknowledged.load();
  const auto from = Clock::now();
  const auto server = load::usage_of(pid), own = std::optional(load::own_usage());
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const auto passed = std::chrono::duration<double>(Clock::now() - from).count();
  const auto taken = static_cast<double>(acknowledged - before);
  const auto server_after = load::usage_of(pid), own_after = std::optional(load::own_usage());
  stop = true;
  for (auto& thread : threads) thread.join();
  if (failed || !server || !server_after) throw std::runtime_error("the server went away");
  const auto us = [&](const auto& a, const auto& b) { return (b->cpu_seconds - a->cpu_seconds) / taken * 1e6; };
  fmt::print(R"({{"rate":{:.0f},"refused":{},"serverUs":{:.4f},"generatorUs":{:.4f}}})"
             "\n",
             taken / passed, refused.load(), us(server, server_after), us(own, own_after));
}

}  // namespace playhead::bench
