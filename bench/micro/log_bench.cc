// What an acknowledged append costs, and reading the log back. One iteration is one record. `cpu` counts all threads,
// writing out segments included; the device's fdatasync is in `time`.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "base/crc32c.h"
#include "log/rocksdb/rocksdb_log.h"

namespace playhead::log {
namespace {

class Folder {
 public:
  Folder() { clear(); }
  ~Folder() { clear(); }
  std::string path() const { return path_.string(); }

 private:
  void clear() {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  std::filesystem::path path_ = std::filesystem::temp_directory_path() / "playhead-log-bench";
};

// Neither constant nor quite random, like ids and positions.
std::string record_of(std::size_t bytes) {
  std::string record;
  std::mt19937 random(1);
  while (record.size() < bytes) record += "viewer-" + std::to_string(random()) + "\x08\x12living-room-tv";
  record.resize(bytes);
  return record;
}

void append(benchmark::State& state) {
  const Folder folder;
  const SystemClock clock;
  RocksDbLog log({.path = folder.path(), .clock = &clock});
  const auto record = record_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    log.append(record, [](Result<Appended> done) {
      if (!done) throw std::runtime_error(done.error().detail);
    });
    // As often as the flusher, in bytes: keeps the folder at about 1 GB.
    if (log.usage(kOnlyPartition).bytes > 1u << 30) {
      (void)log.release(kOnlyPartition, log.usage(kOnlyPartition).next,
                        {.max_bytes = 512u << 20, .max_age = std::chrono::hours(1)}, clock.now_ms());
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(record.size()) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(append)->Arg(300)->Arg(30'000)->Arg(100'000)->Arg(500'000)->MeasureProcessCPUTime()->UseRealTime();

void read_back(benchmark::State& state) {
  const Folder folder;
  const SystemClock clock;
  RocksDbLog log({.path = folder.path(), .clock = &clock});
  const auto record = record_of(300'000);
  constexpr int kRecords = 1'000;
  for (int i = 0; i < kRecords; ++i) log.append(record, [](Result<Appended>) {});
  for (auto _ : state) {
    std::size_t bytes = 0;
    (void)log.read(kOnlyPartition, 1, [&](Offset, std::string_view read) { return (bytes += read.size()) > 0; });
    if (bytes != kRecords * record.size()) throw std::runtime_error("records are missing");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(kRecords * record.size()) *
                          static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(read_back)->Unit(benchmark::kMillisecond)->UseRealTime();

void checksum(benchmark::State& state) {
  const auto record = record_of(300'000);
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(record));
  state.SetBytesProcessed(static_cast<std::int64_t>(record.size()) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(checksum);

}  // namespace
}  // namespace playhead::log
