// What a real Cassandra answers in, from C++ through the driver: tools/cluster/cassandra.py up, and then this with
// PLAYHEAD_BENCH_CASSANDRA=127.0.0.1:9042. It makes a keyspace of its own, playhead_bench. One iteration is one merge
// of so many users' rows, or one read.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/item.h"
#include "model/reduce.h"
#include "store/cassandra/cassandra_store.h"
#include "store/cassandra/schema.h"

namespace playhead::store {
namespace {

constexpr std::size_t kUsers = 20'000;

std::string user_name(std::size_t i) {
  return "viewer-" + std::to_string(i % kUsers * 2'654'435'761u % 10'000'000'000u);
}

CassandraStore& store() {
  static const auto opened = [] {
    const char* address = std::getenv("PLAYHEAD_BENCH_CASSANDRA");
    if (address == nullptr) throw std::runtime_error("set PLAYHEAD_BENCH_CASSANDRA to a node's host:port");
    CassandraOptions options;
    options.contact_points = {address};
    options.local_datacenter = "dc1";
    options.keyspace = "playhead_bench";
    if (const auto made = create_schema(options, {{"dc1", 1}}); !made) throw std::runtime_error(made.error().detail);
    return std::make_unique<CassandraStore>(options);
  }();
  return *opened;
}

std::string item_of(std::size_t i) {
  const auto n = static_cast<std::int64_t>(i);
  model::RowWrite write;
  reduce({.user = {"viewer-1234567", false},
          .show = {"789", true},
          .episode = {"12", true},
          .version = {.time_ms = 1'750'000'000'000 + n, .seq = i},
          .received_ms = 1'750'000'000'040 + n,
          .position_ms = 300'000 + n % 1'000'000,
          .duration_ms = 2'700'000,
          .device = "living-room-tv",
          .session = "0192f3a1-7c44-7e09",
          .eligible = true},
         write);
  return write.item;
}

// A flush: this many users changed one row each.
void merge(benchmark::State& state) {
  const auto users = static_cast<std::size_t>(state.range(0));
  const auto row = model::row_key("789", "12");
  static std::size_t next = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::string> names, items;
    for (std::size_t i = 0; i < users; ++i, ++next) {
      names.push_back(user_name(next));
      items.push_back(item_of(next));
    }
    std::vector<ItemWrite> writes;
    for (std::size_t i = 0; i < users; ++i) writes.push_back({names[i], row, items[i]});
    state.ResumeTiming();
    if (const auto merged = store().merge(writes, 1); !merged) state.SkipWithError(merged.error().detail.c_str());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// A user with this many rows, written once.
std::string user_with_rows(std::int64_t count) {
  const auto user = "rows-" + std::to_string(count);
  std::vector<std::string> rows;
  for (std::int64_t i = 0; i < count; ++i) rows.push_back(model::row_key(std::to_string(i / 10), std::to_string(i)));
  const auto item = item_of(1);
  std::vector<ItemWrite> writes;
  for (const auto& row : rows) writes.push_back({user, row, item});
  if (const auto merged = store().merge(writes, 1); !merged) throw std::runtime_error(merged.error().detail);
  return user;
}

// One read after the other, with percentiles. range(0): rows of the user; range(1): one row of them or all.
void read_alone(benchmark::State& state) {
  const auto user = user_with_rows(state.range(0));
  std::vector<double> took;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = std::make_shared<std::promise<Result<Rows>>>();
    auto rows = answer->get_future();
    Query query{.user = user};
    if (state.range(1) == 1) query = {.user = user, .row_prefix = model::row_key("0", "1"), .exact = true};
    store().read(std::move(query), [answer](Result<Rows> found) { answer->set_value(std::move(found)); });
    if (const auto found = rows.get(); !found || found->empty()) state.SkipWithError("a read failed");
    took.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::ranges::sort(took);
  if (took.empty()) return;
  state.counters["p50_ms"] = took[took.size() / 2];
  state.counters["p99_ms"] = took[took.size() * 99 / 100];
}

// Many at once: range(0) on their way at any time.
void read_many(benchmark::State& state) {
  const auto user = user_with_rows(10);
  std::mutex mutex;
  std::condition_variable changed;
  std::int64_t waiting = 0;
  for (auto _ : state) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return waiting < state.range(0); });
    ++waiting;
    lock.unlock();
    store().read({.user = user}, [&](const Result<Rows>&) {
      const std::lock_guard done(mutex);
      --waiting;
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return waiting == 0; });
  state.SetItemsProcessed(state.iterations());
}

// The server is Java, and the first minute of its life is slow.
BENCHMARK(merge)->Arg(5'000)->MinWarmUpTime(20)->UseRealTime()->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(merge)->Arg(1)->Arg(100)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(read_alone)
    ->ArgNames({"rows", "one"})
    ->Args({10, 0})
    ->Args({10, 1})
    ->Args({1'000, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(read_many)->Arg(64)->Arg(256)->MinWarmUpTime(5)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
}  // namespace playhead::store
