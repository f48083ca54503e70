// What an update costs behind the ack, in nanoseconds of the processor: the applier with the view and presence, the
// view alone, and a whole committer over a log that costs nothing.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "apply/commit_sink.h"
#include "apply/committer.h"
#include "log/memory/memory_log.h"
#include "model/record.h"

namespace playhead::apply {
namespace {

constexpr std::int64_t kUpdatesPerRecord = 1'000;
constexpr std::int64_t kStart = 1'772'395'200'000;

// A heartbeat as the player SDK sends it, of a user's one running session.
std::string heartbeat_of(std::int64_t user, std::int64_t at_ms) {
  const auto id = std::to_string(10'000'000 + user);
  const auto show = std::to_string(user % 5'000), episode = std::to_string(user % 40);
  const auto device = "living-room-" + id, session = "k3j9x" + id;
  std::string bytes;
  model::append_update(bytes,
                       {.user = {.text = id, .integer = true},
                        .show = {.text = show, .integer = true},
                        .episode = {.text = episode, .integer = true},
                        .version = {.time_ms = kStart + at_ms, .seq = static_cast<std::uint64_t>(at_ms / 5'000)},
                        .received_ms = kStart + at_ms + 40,
                        .position_ms = at_ms,
                        .duration_ms = 2'700'000,
                        .device = device,
                        .session = session,
                        .eligible = true});
  return bytes;
}

constexpr std::int64_t kRecordsMeasured = 2'000;

// All users once, in random order, as often as it takes to fill so many records.
std::vector<std::string> records_of(std::int64_t users, std::int64_t records) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(users));
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(1842);
  std::vector<std::string> made;
  std::size_t next = order.size();
  std::int64_t at_ms = 0;
  for (std::int64_t i = 0; i < records; ++i) {
    auto record = model::record_header(kStart);
    for (std::int64_t j = 0; j < kUpdatesPerRecord; ++j, ++next) {
      if (next == order.size()) {
        std::ranges::shuffle(order, random);
        next = 0;
        at_ms += 5'000;
      }
      record += heartbeat_of(order[next], at_ms);
    }
    made.push_back(std::move(record));
  }
  return made;
}

void per_update(benchmark::State& state, std::int64_t updates_an_iteration = kUpdatesPerRecord) {
  const auto updates = static_cast<double>(state.iterations()) * static_cast<double>(updates_an_iteration);
  state.counters["per_update"] =
      benchmark::Counter(updates, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

struct Memory {
  explicit Memory(bool with_presence) : presence({.enabled = with_presence}, clock) {}
  ManualClock clock{kStart};
  View view;
  push::Presence presence;
  Stats stats;
  Applier applier{view, presence, stats};
};

// One iteration is one record. All users are known before: it is the steady state that counts.
void applier(benchmark::State& state, bool with_presence) {
  const auto users = state.range(0);
  const auto known = std::max<std::int64_t>(1, users / kUpdatesPerRecord);
  const auto records = records_of(users, known + kRecordsMeasured);
  Memory memory(with_presence);
  log::Offset offset = 0;
  const auto apply = [&] {
    const auto& record = records[offset++];
    if (!memory.applier.apply(offset, record)) std::abort();
  };
  for (std::int64_t i = 0; i < known; ++i) apply();
  for (auto _ : state) apply();
  per_update(state);
}

// Rows that are reduced already; one iteration is as many as a record has.
void view_merge(benchmark::State& state) {
  const auto users = state.range(0);
  const auto known = std::max<std::int64_t>(1, users / kUpdatesPerRecord);
  View view;
  struct Row {
    std::string user;
    model::RowWrite row;
  };
  std::vector<Row> rows;
  for (const auto& record : records_of(users, known + kRecordsMeasured)) {
    model::RecordReader reader(record);
    while (const auto update = *reader.next()) {
      rows.emplace_back().user = update->user.text;
      model::reduce(*update, rows.back().row);
    }
  }
  auto next = rows.begin();
  const auto merge = [&] {
    for (std::int64_t i = 0; i < kUpdatesPerRecord; ++i, ++next) {
      benchmark::DoNotOptimize(view.merge(next->user, next->row.row_key, next->row.item, 1));
    }
  };
  for (std::int64_t i = 0; i < known; ++i) merge();
  for (auto _ : state) merge();
  per_update(state);
}

class CountingLane final : public CommitLane {
 public:
  void committed(std::vector<Token> tokens, const Result<log::Durability>& outcome) override {
    if (!outcome) std::abort();
    answered_ += tokens.size();
    answered_.notify_all();
  }
  void wait_for(std::uint64_t count) const {
    for (auto now = answered_.load(); now < count; now = answered_.load()) answered_.wait(now);
  }

 private:
  std::atomic<std::uint64_t> answered_ = 0;
};

// Two threads that hand in batches of 100, until all are answered.
void committer(benchmark::State& state) {
  constexpr std::size_t kThreads = 2, kBatchesEach = 1'000;
  constexpr std::int64_t kBatch = 100;
  Memory memory(true);
  log::MemoryLog log(memory.clock);
  ApplyToView sink(memory.applier, memory.view);
  Committer committer(log, sink, memory.stats, memory.clock, {});
  std::array<CountingLane, kThreads> lanes;
  for (auto& lane : lanes) committer.add_lane(lane);
  committer.start();
  std::uint64_t rounds = 0;
  std::int64_t user = 0;
  for (auto _ : state) {
    state.PauseTiming();
    if (!log.release(log::kOnlyPartition, log.usage(log::kOnlyPartition).next, {}, kStart)) std::abort();
    std::vector<std::string> batches(kThreads * kBatchesEach);
    for (auto& batch : batches) {
      for (std::int64_t i = 0; i < kBatch; ++i, ++user) {
        batch += heartbeat_of(user * 7'919 % state.range(0), 5'000 * (user / state.range(0) + 1));
      }
    }
    ++rounds;
    state.ResumeTiming();
    {
      std::array<std::jthread, kThreads> threads;
      for (std::size_t lane = 0; lane < kThreads; ++lane) {
        threads[lane] = std::jthread([&, lane] {
          for (std::size_t i = 0; i < kBatchesEach; ++i) {
            while (!committer.submit(lane, batches[lane * kBatchesEach + i], {})) std::this_thread::yield();
          }
        });
      }
    }
    for (const auto& lane : lanes) lane.wait_for(rounds * kBatchesEach);
  }
  per_update(state, kThreads * kBatchesEach * kBatch);
}

BENCHMARK_CAPTURE(applier, with_presence, true)->Arg(1'000)->Arg(1'000'000)->Iterations(kRecordsMeasured);
BENCHMARK_CAPTURE(applier, alone, false)->Arg(1'000)->Arg(1'000'000)->Iterations(kRecordsMeasured);
BENCHMARK(view_merge)->Arg(1'000)->Arg(1'000'000)->Iterations(kRecordsMeasured);
BENCHMARK(committer)->Arg(1'000)->Arg(1'000'000)->Iterations(20)->MeasureProcessCPUTime();

}  // namespace
}  // namespace playhead::apply
