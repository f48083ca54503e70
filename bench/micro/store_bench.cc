// What the embedded store answers in, empty and with millions of items. One iteration is one answer or one merge.
// PLAYHEAD_BENCH_ITEMS sets how many items there are (10 million unless told), PLAYHEAD_BENCH_DIR where they are kept
// from one run to the next; without it they are written anew, which takes a minute or two.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/item.h"
#include "model/reduce.h"
#include "store/rocksdb/rocksdb_store.h"

namespace playhead::store {
namespace {

constexpr std::size_t kItemsOfAUser = 10;
constexpr std::size_t kHotUsers = 2'000;  // what fits the caches many times over
constexpr std::size_t kHeavyItems = 20'000;
constexpr const char* kHeavyUser = "a-very-long-history";

std::size_t item_count() {
  const char* set = std::getenv("PLAYHEAD_BENCH_ITEMS");
  return set != nullptr ? std::strtoull(set, nullptr, 10) : 10'000'000;
}

std::string user_name(std::size_t i) { return "viewer-" + std::to_string(i * 2'654'435'761u % 10'000'000'000u); }

std::string row_of(std::size_t i) { return model::row_key(std::to_string(700 + i / 5), std::to_string(i)); }

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
          .credits_at_ms = 2'600'000,
          .next_episode = {"13", true},
          .device = "living-room-tv",
          .session = "0192f3a1-7c44-7e09",
          .eligible = true},
         write);
  return write.item;
}

void require(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().detail);
}

// Merges rows in batches, as the flusher does.
class Filler {
 public:
  explicit Filler(RocksDbStore& store) : store_(store) {}
  ~Filler() { flush(); }
  void add(const std::string& user, std::string row, std::string item) {
    rows_.push_back({user, std::move(row), std::move(item)});
    if (rows_.size() == 1'000) flush();
  }
  void flush() {
    std::vector<ItemWrite> writes;
    for (const auto& row : rows_) writes.push_back({row.user, row.row, row.item});
    require(store_.merge(writes, ++checkpoint_));
    rows_.clear();
  }

 private:
  struct Row {
    std::string user, row, item;
  };
  RocksDbStore& store_;
  std::vector<Row> rows_;
  std::uint64_t checkpoint_ = 0;
};

void fill(RocksDbStore& store, std::size_t items) {
  Filler filler(store);
  for (std::size_t i = 0; i < items; ++i) {
    filler.add(user_name(i / kItemsOfAUser), row_of(i % kItemsOfAUser), item_of(i));
  }
  for (std::size_t i = 0; items > 0 && i < kHeavyItems; ++i) filler.add(kHeavyUser, row_of(i), item_of(i));
  filler.flush();
  require(store.sync());
}

// One store for all benchmarks of a size; what it was filled with has been through a restart.
RocksDbStore& store_with(std::size_t items) {
  static std::vector<std::pair<std::size_t, std::unique_ptr<RocksDbStore>>> stores;
  for (auto& [size, store] : stores) {
    if (size == items) return *store;
  }
  const char* kept = std::getenv("PLAYHEAD_BENCH_DIR");
  const auto folder =
      std::filesystem::path(kept != nullptr ? kept : std::filesystem::temp_directory_path().string()) /
      ("playhead-store-bench-" + std::to_string(items));
  if (kept == nullptr) std::filesystem::remove_all(folder);
  const RocksDbStoreOptions options{.path = folder.string()};
  if (!std::filesystem::exists(folder)) {
    std::filesystem::create_directories(folder);
    RocksDbStore filled(options);
    fill(filled, items);
  }
  stores.emplace_back(items, std::make_unique<RocksDbStore>(options));
  return *stores.back().second;
}

std::size_t answer(RocksDbStore& store, Query query) {
  std::atomic<std::size_t> rows{~std::size_t{0}};
  store.read(std::move(query), [&](Result<Rows> found) {
    rows = found.value().size();
    rows.notify_one();
  });
  rows.wait(~std::size_t{0});
  return rows;
}

enum Kind : std::int64_t { kExact, kShow, kUser };

Query query_for(std::string user, Kind kind, std::size_t i) {
  switch (kind) {
    case kExact: return {.user = std::move(user), .row_prefix = row_of(i % kItemsOfAUser), .exact = true};
    case kShow: return {.user = std::move(user), .row_prefix = model::show_prefix("701")};
    case kUser: return {.user = std::move(user)};
  }
  return {};
}

// Arguments: items stored, kind of query, how many users are asked for in turn.
void read(benchmark::State& state) {
  auto& store = store_with(static_cast<std::size_t>(state.range(0)));
  const auto kind = static_cast<Kind>(state.range(1));
  const auto users = static_cast<std::size_t>(state.range(2));
  std::mt19937 random(1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < users; ++i) names.push_back(user_name(random() % (item_count() / kItemsOfAUser)));
  for (std::size_t i = 0; i < users; ++i) answer(store, query_for(names[i], kUser, i));  // into the cache
  std::size_t i = 0, rows = 0;
  for (auto _ : state) {
    rows += answer(store, query_for(names[i % users], kind, i));
    ++i;
  }
  state.counters["rows"] = static_cast<double>(rows) / static_cast<double>(i);
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const std::int64_t kind : {kExact, kShow, kUser}) {
    bench->Args({0, kind, kHotUsers});
    bench->Args({static_cast<std::int64_t>(item_count()), kind, kHotUsers});
  }
}
BENCHMARK(read)->ArgNames({"items", "kind", "users"})->Apply(sizes);

// Most of these need the disk, or the kernel's cache of it.
void read_cold(benchmark::State& state) {
  auto& store = store_with(item_count());
  std::mt19937 random(2);
  for (auto _ : state) {
    answer(store, query_for(user_name(random() % (item_count() / kItemsOfAUser)), kExact, random()));
  }
}
BENCHMARK(read_cold)->UseRealTime();

void read_heavy_user(benchmark::State& state) {
  auto& store = store_with(item_count());
  std::size_t rows = 0;
  for (auto _ : state) rows = answer(store, {.user = kHeavyUser});
  state.counters["rows"] = static_cast<double>(rows);
}
BENCHMARK(read_heavy_user)->Unit(benchmark::kMillisecond);

// The flusher's work: items of random users into a full store, a thousand a merge.
void merge(benchmark::State& state) {
  auto& store = store_with(item_count());
  Filler filler(store);
  std::mt19937 random(3);
  std::size_t i = 0;
  for (auto _ : state) {
    filler.add(user_name(random() % (item_count() / kItemsOfAUser)), row_of(random() % kItemsOfAUser), item_of(++i));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(i));
}
BENCHMARK(merge)->MeasureProcessCPUTime()->UseRealTime();

void open_store(benchmark::State& state) {
  const auto folder = std::filesystem::temp_directory_path() / "playhead-store-bench-open";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const RocksDbStoreOptions options{.path = folder.string()};
  {
    RocksDbStore store(options);
    fill(store, 200'000);
  }
  for (auto _ : state) RocksDbStore store(options);
  std::filesystem::remove_all(folder);
}
BENCHMARK(open_store)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

}  // namespace
}  // namespace playhead::store
