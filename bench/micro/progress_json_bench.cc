// What reading a progress body costs, in nanoseconds an update.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "server/api/progress_json.h"

namespace playhead::server::api {
namespace {

constexpr std::string_view kArticle = R"({"userId":12345,"showId":789,"episodeId":12,"position":1122})";

constexpr std::string_view kSixFields =
    R"({"userId":12345,"showId":789,"episodeId":12,"position":1122.5,"timestamp":1772395200000,"state":"playing"})";

constexpr std::string_view kFull =
    R"({"userId":"5b3c1e0a-7c1d-4a53-9f0e-2f1d8d1b7c11","showId":"the-show","episodeId":"s01e12","position":1122.5,)"
    R"("timestamp":"2026-03-01T20:00:00.123Z","clock":"device","sentAt":"2026-03-01T20:00:00.456Z","duration":2700,)"
    R"("creditsAt":2600.5,"nextEpisodeId":"s01e13","deviceId":"living-room","sessionId":"k3j9x","seq":42,)"
    R"("state":"playing","seek":false,"provisional":false,"playedSeconds":600.25})";

void run(benchmark::State& state, std::string body, std::size_t updates, bool in_place) {
  ProgressParser parser;
  body.reserve(body.size() + kReadPastEnd);
  const auto readable = in_place ? body.capacity() - body.size() : 0;
  for (auto _ : state) {
    auto result = parser.parse(body, readable);
    if (!result || !(*result)->updates.back()) std::abort();
    benchmark::DoNotOptimize(*result);
  }
  const auto read = static_cast<double>(state.iterations()) * static_cast<double>(updates);
  state.counters["per_update"] = benchmark::Counter(read, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

std::string batch_of(std::string_view update, std::size_t count) {
  std::string body = R"({"updates":[)";
  for (std::size_t i = 0; i < count; ++i) body.append(i > 0 ? "," : "").append(update);
  return body.append("]}");
}

BENCHMARK_CAPTURE(run, article, std::string(kArticle), 1, true);
BENCHMARK_CAPTURE(run, article_copied, std::string(kArticle), 1, false);
BENCHMARK_CAPTURE(run, full, std::string(kFull), 1, true);
BENCHMARK_CAPTURE(run, batch_100_article, batch_of(kArticle, 100), 100, true);
BENCHMARK_CAPTURE(run, batch_100_six_fields, batch_of(kSixFields, 100), 100, true);
BENCHMARK_CAPTURE(run, batch_100_full, batch_of(kFull, 100), 100, true);

}  // namespace
}  // namespace playhead::server::api
