// What a call to another node costs on loopback: alone, with many on their way, and with a large answer; over TLS,
// and over plain TCP to know what TLS costs. Both nodes' threads are in this process.

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <future>
#include <semaphore>
#include <string>
#include <utility>

#include "link/peers.h"
#include "link/server.h"

namespace {

using namespace playhead;
using namespace playhead::link;

constexpr std::chrono::seconds kTimeout{30};

struct Bench {
  explicit Bench(bool encrypted)
      : key(encrypted ? LinkKey::derive("a secret for a benchmark").value() : LinkKey::plain_for_measuring()) {}

  LinkKey key;
  SystemClock clock;
  LinkCounters counters;
  LinkOptions options;
  Loops server_loops;
  Loops client_loops;
  LinkServer server{
      server_loops,
      "127.0.0.1",
      0,
      key,
      options,
      clock,
      counters,
      [this](std::uint32_t bytes, std::string, Responder responder) { responder.answer(std::string(bytes, 'x')); }};
  Peers peers{client_loops, key, options, clock, counters};
  std::string address = "127.0.0.1:" + std::to_string(server.port());
};

// range(0): whether encrypted; range(1): bytes of an answer.
void round_trip(benchmark::State& state) {
  Bench bench(state.range(0) != 0);
  const auto bytes = static_cast<std::uint32_t>(state.range(1));
  for (auto _ : state) {
    std::promise<bool> answered;
    bench.peers.call(bench.address, bytes, "12345", kTimeout,
                     [&](const Result<std::string>& answer) { answered.set_value(answer.has_value()); });
    if (!answered.get_future().get()) state.SkipWithError("a call failed");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(1));
}
BENCHMARK(round_trip)->ArgNames({"tls", "bytes"})->ArgsProduct({{0, 1}, {200, 4'000, 4'000'000}})->UseRealTime();

// range(2): calls on their way at any time.
void pipelined(benchmark::State& state) {
  Bench bench(state.range(0) != 0);
  const auto bytes = static_cast<std::uint32_t>(state.range(1));
  std::counting_semaphore<> places(state.range(2));
  std::atomic<bool> failed{false};
  for (auto _ : state) {
    places.acquire();
    bench.peers.call(bench.address, bytes, "12345", kTimeout, [&](const Result<std::string>& answer) {
      if (!answer) failed = true;
      places.release();
    });
  }
  for (std::int64_t i = 0; i < state.range(2); ++i) places.acquire();
  if (failed) state.SkipWithError("a call failed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pipelined)
    ->ArgNames({"tls", "bytes", "on_their_way"})
    ->ArgsProduct({{0, 1}, {200, 4'000}, {32, 512}})
    ->UseRealTime();

// A new connection: two round trips of TLS and one of hellos, and the first call over it.
void connect(benchmark::State& state) {
  Bench bench(state.range(0) != 0);
  for (auto _ : state) {
    Peers peers(bench.client_loops, bench.key, bench.options, bench.clock, bench.counters);
    std::promise<bool> answered;
    peers.call(bench.address, 200, "12345", kTimeout,
               [&](const Result<std::string>& answer) { answered.set_value(answer.has_value()); });
    if (!answered.get_future().get()) state.SkipWithError("a call failed");
  }
}
BENCHMARK(connect)->ArgName("tls")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
