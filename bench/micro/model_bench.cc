// What one update costs in the pure part of its way, and what a reader of a long history waits for. One iteration is
// one update or one answer.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/history.h"
#include "model/record.h"
#include "model/reduce.h"

namespace playhead::model {
namespace {

constexpr std::int64_t kStart_ms = 1'750'000'000'000;

// What a player sends every few seconds.
Update heartbeat(std::int64_t after_ms) {
  return {.user = {"viewer-1234567", false},
          .show = {"789", true},
          .episode = {"12", true},
          .version = {.time_ms = kStart_ms + after_ms, .seq = static_cast<std::uint64_t>(after_ms)},
          .received_ms = kStart_ms + after_ms + 40,
          .position_ms = 300'000 + after_ms,
          .duration_ms = 2'700'000,
          .credits_at_ms = 2'600'000,
          .next_episode = {"13", true},
          .device = "living-room-tv",
          .session = "0192f3a1-7c44-7e09",
          .eligible = true};
}

std::string item_of(const Update& update) {
  RowWrite write;
  reduce(update, write);
  return write.item;
}

void append(benchmark::State& state) {
  const auto update = heartbeat(5'000);
  std::string record;
  for (auto _ : state) {
    record.clear();
    append_update(record, update);
    benchmark::DoNotOptimize(record.data());
  }
}
BENCHMARK(append)->Name("append_update");

constexpr int kBatch = 256;

std::string record_of_a_batch() {
  auto record = record_header(kStart_ms);
  for (int i = 0; i < kBatch; ++i) append_update(record, heartbeat(i * 5'000));
  return record;
}

void read(benchmark::State& state) {
  const auto record = record_of_a_batch();
  while (state.KeepRunningBatch(kBatch)) {
    RecordReader reader(record);
    while (true) {
      const auto update = reader.next();
      if (!update || !*update) break;
      benchmark::DoNotOptimize((*update)->position_ms);
    }
  }
}
BENCHMARK(read)->Name("RecordReader::next");

void reduce_one(benchmark::State& state) {
  const auto update = heartbeat(5'000);
  RowWrite write;
  for (auto _ : state) {
    reduce(update, write);
    benchmark::DoNotOptimize(write.item.data());
  }
}
BENCHMARK(reduce_one)->Name("reduce");

// Merges items of one row in turn; the row starts with the first.
void merge(benchmark::State& state, const std::vector<std::string>& items) {
  std::string row = items.front();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(merge_items(row, items[next]));
    if (++next == items.size()) {
      next = 0;
      row.assign(items.front());
    }
  }
}

void merge_newer(benchmark::State& state) {
  std::vector<std::string> items;
  for (int i = 0; i < 1000; ++i) items.push_back(item_of(heartbeat(i * 5'000)));
  merge(state, items);
}
BENCHMARK(merge_newer)->Name("merge_items/newer");

void merge_older(benchmark::State& state) {
  std::vector<std::string> items;
  for (int i = 1000; i > 0; --i) items.push_back(item_of(heartbeat(i * 5'000)));
  merge(state, items);
}
BENCHMARK(merge_older)->Name("merge_items/older");

void merge_first(benchmark::State& state) {
  const auto item = item_of(heartbeat(0));
  std::string row;
  for (auto _ : state) {
    row.clear();
    benchmark::DoNotOptimize(merge_items(row, item));
  }
}
BENCHMARK(merge_first)->Name("merge_items/first");

void whole_way(benchmark::State& state) {
  const auto record = record_of_a_batch();
  RowWrite write;
  std::string row;
  while (state.KeepRunningBatch(kBatch)) {
    row.clear();
    RecordReader reader(record);
    while (true) {
      const auto update = reader.next();
      if (!update || !*update) break;
      reduce(**update, write);
      benchmark::DoNotOptimize(merge_items(row, write.item));
    }
  }
}
BENCHMARK(whole_way)->Name("decode+reduce+merge");

// A user with `rows` episodes in `shows` shows (0: none has a show); every third is finished.
struct LongHistory {
  LongHistory(int rows, int shows) {
    std::vector<RowWrite> made;
    for (int i = 0; i < rows; ++i) {
      auto update = heartbeat(static_cast<std::int64_t>(i) * 7'919 % 100'000 * 1'000);
      const auto show = shows == 0 ? std::string() : fmt::format("show-{}", i % shows);
      const auto episode = fmt::format("episode-{}", i), next = fmt::format("episode-{}", i + shows);
      update.show = {show, false};
      update.episode = {episode, false};
      update.next_episode = {next, false};
      update.finished = i % 3 == 0;
      update.position_ms = update.finished ? 2'650'000 : 300'000;
      RowWrite write;
      reduce(update, write);
      made.push_back(std::move(write));
    }
    std::ranges::sort(made, {}, &RowWrite::row_key);
    // In memory as a store's answer is: allocated one after the other in key order.
    stored_ = made;
    for (const auto& row : stored_) rows_.push_back({row.row_key, row.item});
  }

  std::vector<RowWrite> stored_;
  std::vector<RowView> rows_;
};

const LongHistory& long_history(benchmark::State& state) {
  static const LongHistory in_shows(20'000, 500), without_show(20'000, 0), one_show(20'000, 1);
  return state.range(0) == 0 ? without_show : state.range(0) == 1 ? one_show : in_shows;
}

void resume(benchmark::State& state) {
  const auto& rows = long_history(state).rows_;
  for (auto _ : state) benchmark::DoNotOptimize(History(rows, Thresholds{}).resume({}, {}));
}
BENCHMARK(resume)->Name("History::resume/20k_rows/shows")->Arg(0)->Arg(1)->Arg(500)->Unit(benchmark::kMicrosecond);

void continue_watching(benchmark::State& state) {
  const auto& rows = long_history(state).rows_;
  for (auto _ : state) benchmark::DoNotOptimize(History(rows, Thresholds{}).continue_watching(20, {}));
}
BENCHMARK(continue_watching)
    ->Name("History::continue_watching/20k_rows/shows")
    ->Arg(0)
    ->Arg(1)
    ->Arg(500)
    ->Unit(benchmark::kMicrosecond);

void episodes(benchmark::State& state) {
  const auto& rows = long_history(state).rows_;
  for (auto _ : state) benchmark::DoNotOptimize(History(rows, Thresholds{}).episodes(100, {}, 0));
}
BENCHMARK(episodes)->Name("History::episodes/20k_rows/shows")->Arg(0)->Arg(500)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace playhead::model
