// What a frame of updates on /v1/socket costs its worker, without a network and a disk: mask, JSON, stamp, record.

#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "base/clock.h"
#include "model/record.h"
#include "model/stamping.h"
#include "server/api/receipt_clock.h"
#include "server/api/socket_message.h"
#include "server/ws/frame.h"

namespace playhead {
namespace {

std::string message(int updates) {
  std::string text = R"({"type":"progress","ref":123456,"sentAt":"2026-11-23T20:15:00.000Z","updates":[)";
  for (int i = 0; i < updates; ++i) {
    if (i > 0) text += ',';
    text += R"({"userId":)" + std::to_string(1'000'000 + i) +
            R"(,"showId":789,"episodeId":12,"position":1122.5,"timestamp":"2026-11-23T20:14:59.123Z",)" +
            R"("duration":2400,"deviceId":"tv-1234","sessionId":"session-)" + std::to_string(i) + R"(","seq":17})";
  }
  return text + "]}";
}

// Everything that a worker does with a frame before it hands the updates over.
void frame_to_record(benchmark::State& state) {
  const auto text = message(static_cast<int>(state.range(0)));
  const std::array<char, 4> mask = {'\x12', '\x34', '\x56', '\x78'};
  const SystemClock clock;
  server::api::ReceiptClock receipts(clock);
  const model::StampRules rules;
  server::api::MessageParser parser({});
  server::api::MessageRef ref;
  std::string masked(text), plain(text.size() + 64, '\0'), updates;
  server::ws::unmask(text, mask, masked.data());
  for (auto _ : state) {
    server::ws::unmask(masked, mask, plain.data());
    const auto parsed = parser.parse(std::string_view(plain).substr(0, text.size()), 64, ref);
    updates.clear();
    for (const auto& update : (*parsed).progress->updates) {
      const auto receipt = receipts.next();
      model::append_update(updates, model::stamp(*update, receipt.ms, rules, receipt.order));
    }
    benchmark::DoNotOptimize(updates.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(frame_to_record)->Arg(1)->Arg(64);

}  // namespace
}  // namespace playhead
