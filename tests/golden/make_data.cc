// Writes the data folder that tests/golden/data-v1 was made of, as this release writes one:
//   make_golden_data FOLDER
// Run once for each data format; what it wrote then stays as it is, so that later releases are held to reading it.

#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.h"
#include "disk/data_folder.h"
#include "log/rocksdb/rocksdb_log.h"
#include "model/item.h"
#include "store/rocksdb/rocksdb_store.h"
#include "support/updates.h"

namespace playhead {
namespace {

constexpr std::int64_t kStart_ms = 1'750'000'000'000;

// One element a log record.
std::vector<std::vector<model::Update>> history() {
  auto first = test::position("12345", "12", kStart_ms + 1'000, 1'122'000);
  first.user.integer = first.show.integer = first.episode.integer = true;
  auto rich = test::position("ann", "1", kStart_ms + 2'000, 60'000);
  rich.duration_ms = 2'700'000;
  rich.credits_at_ms = 2'600'000;
  rich.next_episode = {"2"};
  rich.device = "living-room-tv";
  rich.session = "s-1";
  rich.state = model::State::kPaused;
  auto watched = test::position("ann", "3", kStart_ms + 3'000);
  watched.position_ms.reset();
  watched.mark = model::Mark::kWatched;
  const auto gone = test::position("bob", "1", kStart_ms + 3'000, 5'000);
  const auto erased = test::erasure("bob", kStart_ms + 3'500);
  // Not in the store yet: the first of them in a segment of the log, the last in its write-ahead log.
  const auto later = test::position("12345", "12", kStart_ms + 4'000, 1'500'000);
  const auto latest = test::position("zoë", "é", kStart_ms + 5'000, 7'000);
  return {{first, rich}, {watched, gone}, {erased}, {later}, {latest}};
}

void require(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().detail);
}

void append(const std::string& path, const Clock& clock, const std::vector<model::Update>& updates) {
  // Opened for each record, so that records lie in segments, and the last one in the write-ahead log.
  log::RocksDbLog log({.path = path, .clock = &clock});
  auto record = model::record_header(clock.now_ms());
  for (const auto& update : updates) model::append_update(record, update);
  log.append(record, [](Result<log::Appended> done) {
    if (!done) throw std::runtime_error(done.error().detail);
  });
}

void apply(const std::string& path, const std::vector<model::Update>& updates, std::uint64_t checkpoint) {
  store::RocksDbStore store({.path = path});
  for (const auto& update : updates) {
    if (update.erase) require(store.erase(update.user.text, update.version.time_ms));
    const auto row = test::row_of(update);
    const store::ItemWrite write{update.user.text, row.row_key, row.item};
    require(store.merge({&write, 1}, checkpoint));
  }
  require(store.sync());
}

// What differs from run to run, or tells of the machine, and isn't needed to open the folder.
void tidy(const std::string& path) {
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("LOG") || name.starts_with("OPTIONS") || name == "LOCK")
      std::filesystem::remove(entry.path());
  }
}

void make(const std::string& path) {
  const disk::DataFolder folder(path, "timestamp");
  ManualClock clock(kStart_ms);
  const auto records = history();
  for (std::size_t i = 0; i < records.size(); ++i) {
    clock.advance(std::chrono::seconds(1));
    append(folder.log_path(), clock, records[i]);
    if (i < 3) apply(folder.store_path(), records[i], i + 2);
  }
  for (const auto& part : {folder.log_path(), folder.store_path()}) tidy(part);
}

}  // namespace
}  // namespace playhead

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: make_golden_data FOLDER");
  playhead::make(argv[1]);
  std::filesystem::remove(std::string(argv[1]) + "/LOCK");
  return 0;
} catch (const std::exception& error) {
  std::cerr << "make_golden_data: " << error.what() << "\n";
  return 1;
}
