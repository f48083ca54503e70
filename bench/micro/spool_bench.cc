// What an acknowledged append costs with the queue away, beside the spool's log alone in the same run: one record at
// a time, or as the committer does, as many as come while one is being written. One iteration is one record of 100
// updates.

#include <benchmark/benchmark.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "log/rocksdb/rocksdb_log.h"
#include "log/spool/spooled_log.h"
#include "model/record.h"

namespace playhead::log {
namespace {

// A queue that is away.
class Away final : public HeartbeatLog {
 public:
  void append(std::string_view, AppendDone done) override { done(fail("log-unavailable", "The queue is away.")); }
  Result<void> read(Partition, Offset, const Visitor&) override { return {}; }
  void end(Partition, EndDone done) override { done(Offset{1}); }
  Result<void> release(Partition, Offset, const Retention&, std::int64_t) override { return {}; }
  LogUsage usage(Partition) const override { return {}; }
};

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
  std::filesystem::path path_ = std::filesystem::temp_directory_path() / "playhead-spool-bench";
};

std::string hundred_updates() {
  std::string record = model::record_header(1'722'180'000'000);
  for (int i = 0; i < 100; ++i) {
    const auto user = "viewer-" + std::to_string(1'000'000 + i);
    model::append_update(record, {.user = {user},
                                  .show = {"789"},
                                  .episode = {"12"},
                                  .version = {.time_ms = 1'722'180'000'000},
                                  .received_ms = 1'722'180'000'000,
                                  .position_ms = i,
                                  .eligible = true});
  }
  return record;
}

// Keeps `at_once` appends on their way.
void run(benchmark::State& state, HeartbeatLog& log) {
  const auto record = hundred_updates();
  const auto at_once = static_cast<int>(state.range(0));
  std::atomic<int> on_their_way{0};
  const auto wait_for = [&](int most) {
    for (auto now = on_their_way.load(); now > most; now = on_their_way.load()) on_their_way.wait(now);
  };
  for (auto _ : state) {
    wait_for(at_once - 1);
    ++on_their_way;
    log.append(record, [&](Result<Appended> done) {
      if (!done) throw std::runtime_error(done.error().detail);
      --on_their_way;
      on_their_way.notify_one();
    });
  }
  wait_for(0);
  state.SetItemsProcessed(state.iterations());
}

void log_alone(benchmark::State& state) {
  const Folder folder;
  const SystemClock clock;
  RocksDbLog log({.path = folder.path(), .clock = &clock});
  run(state, log);
}

void spooled(benchmark::State& state) {
  const Folder folder;
  const SystemClock clock;
  RocksDbLog spool({.path = folder.path(), .clock = &clock});
  Away queue;
  SpooledLog log(queue, spool, clock, {.max_bytes = std::uint64_t{1} << 40});
  run(state, log);
}

BENCHMARK(log_alone)->Arg(1)->Arg(3)->UseRealTime()->MeasureProcessCPUTime();
BENCHMARK(spooled)->Arg(1)->Arg(3)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
}  // namespace playhead::log
