#include <memory>

#include "base/clock.h"
#include "contract/heartbeat_log_contract.h"
#include "log/rocksdb/rocksdb_log.h"
#include "support/temp_dir.h"

namespace playhead::log {
namespace {

struct RocksDbBackend {
  static constexpr bool kDurable = true;
  static constexpr bool kTrimsToEmpty = true;
  static constexpr bool kCountsBytes = true;
  static constexpr bool kMaySwap = false;
  HeartbeatLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    open();
  }
  void open() { log_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "log", .clock = &clock_}); }
  RocksDbBackend() { open(); }

  test::TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<RocksDbLog> log_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(RocksDb, HeartbeatLogContract, RocksDbBackend);

// The embedded log does not look into records, and counts their bytes over restarts.
TEST(RocksDbLog, KeepsAnyBytes) {
  RocksDbBackend backend;
  const std::vector<std::string> sent{"one", "", std::string("\0\xFF\n", 3), std::string(1'000'000, 'x'), "five"};
  std::vector<Record> expected;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    ASSERT_TRUE(append_and_wait(backend.log(), sent[i]));
    expected.emplace_back(i + 1, sent[i]);
  }
  EXPECT_EQ(read_all(backend.log(), 1), expected);
  backend.reopen();
  EXPECT_EQ(read_all(backend.log(), 1), expected);
  EXPECT_EQ(backend.log().usage(kOnlyPartition).bytes, 1'000'010u);
}

}  // namespace playhead::log
