// What a request costs before and after its handler: bytes in, parsed, routed, answered, bytes out. No
// sockets.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "server/http/session.h"

namespace {

using namespace playhead;
using namespace playhead::server;

const std::string kUpdate =
    R"({"userId":12345,"showId":789,"episodeId":12,"position":1122,"duration":2700,"state":"playing",)"
    R"("deviceId":"tv","seq":41})";

std::string request() {
  return "POST /v1/progress HTTP/1.1\r\nHost: 127.0.0.1:1842\r\nContent-Type: "
         "application/json\r\nContent-Length: " +
         std::to_string(kUpdate.size()) + "\r\n\r\n" + kUpdate;
}

Response accepted() {
  Response response;
  response.status = 202;
  response.body =
      R"({"accepted":1,"rejected":[],"durability":"disk","serverTime":"2025-01-01T00:00:00.000Z","nextInSeconds":10})";
  return response;
}

struct Peer final : ProtocolEvents {
  void answered_late() override {}
};

struct Bench {
  SystemClock clock;
  PreparedResponse answer{accepted()};
  std::vector<ReplyToken> parked;
  Router router{{{Method::kPost, "/v1/progress",
                  [this](const Request& asked, Reply reply) {
                    benchmark::DoNotOptimize(asked.body.data());
                    reply.send(answer);
                  }},
                 {Method::kPost, "/v1/later",
                  [this](const Request&, Reply reply) { parked.push_back(std::move(reply).park()); }},
                 {Method::kGet, "/v1/users/{user}/resume", [this](const Request& asked, Reply reply) {
                    benchmark::DoNotOptimize(asked.path_value("user").data());
                    reply.send(answer);
                  }}}};
  SessionContext context{0, 1, HttpOptions{}, router, clock};
  Peer peer;
  HttpSession session{context, peer, "127.0.0.1", clock.monotonic()};

  void exchange(const std::string& bytes) {
    session.on_bytes(bytes, clock.monotonic());
    flush();
  }
  void flush() {
    benchmark::DoNotOptimize(session.output().data());
    session.on_sent(session.output().size(), clock.monotonic());
    benchmark::DoNotOptimize(session.deadline());
  }
};

void single_requests(benchmark::State& state) {
  Bench bench;
  const std::string bytes = request();
  for (auto _ : state) bench.exchange(bytes);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(single_requests);

void pipelined_requests(benchmark::State& state) {
  Bench bench;
  const auto depth = static_cast<std::size_t>(state.range(0));
  std::string bytes;
  for (std::size_t i = 0; i < depth; ++i) bytes += request();
  for (auto _ : state) bench.exchange(bytes);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(pipelined_requests)->Arg(16)->Arg(100);

void parked_requests(benchmark::State& state) {
  Bench bench;
  std::string bytes = request();
  bytes.replace(bytes.find("progress"), 8, "later");
  for (auto _ : state) {
    bench.exchange(bytes);
    bench.context.answer(bench.parked.back(), bench.answer);
    bench.parked.clear();
    bench.session.proceed(bench.clock.monotonic());
    bench.flush();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parked_requests);

void browser_get(benchmark::State& state) {
  Bench bench;
  const std::string bytes =
      "GET /v1/users/12345/resume?showId=789 HTTP/1.1\r\nHost: play.example.org\r\nConnection: keep-alive\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
      "Safari/537.36\r\n"
      "Accept: application/json\r\nOrigin: https://play.example.org\r\nSec-Fetch-Site: same-origin\r\n"
      "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nReferer: https://play.example.org/watch/12\r\n"
      "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-US,en;q=0.9\r\nIf-None-Match: "
      "\"a1b2c3\"\r\n\r\n";
  for (auto _ : state) bench.exchange(bytes);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(browser_get);

}  // namespace

BENCHMARK_MAIN();
