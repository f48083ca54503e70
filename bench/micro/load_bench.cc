// What the generator's own work costs, in nanoseconds a request: it must stay small next to the server's.

#include <benchmark/benchmark.h>

#include <cstdlib>

#include "load/response.h"
#include "load/scenario.h"
#include "load/stream.h"

namespace playhead::load {
namespace {

void make_request(benchmark::State& state, std::string body) {
  Options options;
  options.batch = static_cast<unsigned>(state.range(0));
  options.body = std::move(body);
  auto stream = Stream::create(plan_of(options)->streams[0], 1);
  std::int64_t wall_ms = 1'772'395'200'000;
  for (auto _ : state) benchmark::DoNotOptimize(stream->next_request(++wall_ms));
  state.counters["per_update"] = benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)),
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void read_ack(benchmark::State& state) {
  const auto plan = plan_of(Options{});
  const auto stream = Stream::create(plan->streams[0], 1);
  const std::string ack =
      "HTTP/1.1 202 Accepted\r\nDate: Mon, 23 Nov 2026 20:15:00 GMT\r\nContent-Type: application/json\r\n"
      "X-Request-Id: 0123456789abcdef\r\nContent-Length: 107\r\n\r\n"
      R"({"accepted":1,"rejected":[],"durability":"disk","serverTime":"2026-11-23T20:15:00.000Z","nextInSeconds":10})";
  for (auto _ : state) {
    Response response;
    if (read_response(ack, response) != Reading::kWhole || !stream->fault_of(response).empty()) std::abort();
  }
}

BENCHMARK_CAPTURE(make_request, small, "small")->Arg(1)->Arg(100);
BENCHMARK_CAPTURE(make_request, full, "full")->Arg(1)->Arg(100);
BENCHMARK(read_ack);

}  // namespace
}  // namespace playhead::load
