// Retention in whole segments.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "log/rocksdb/rocksdb_log.h"
#include "support/files.h"
#include "support/log_calls.h"
#include "support/temp_dir.h"
#include "support/wait.h"

namespace playhead::log {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class RocksDbLogRetention : public testing::Test {
 protected:
  RocksDbLogRetention() { open(); }
  void open() {
    log_ = std::make_unique<RocksDbLog>(
        RocksDbLogOptions{.path = dir_ / "log", .clock = &clock_, .segment_bytes = 256 << 10});
  }
  void append(int records, std::size_t bytes) {
    for (int i = 0; i < records; ++i) ASSERT_TRUE(append_and_wait(*log_, std::string(bytes, 'r')));
  }
  // Trims until what is kept meets `enough`: segments are finished in the background.
  template <class Enough>
  void trim_until(const Retention& retention, Enough enough) {
    test::eventually([&] {
      EXPECT_TRUE(log_->release(kOnlyPartition, log_->usage(kOnlyPartition).next, retention, clock_.now_ms()));
      return enough(log_->usage(kOnlyPartition));
    });
  }
  void expect_whole() {
    const auto usage = log_->usage(kOnlyPartition);
    const auto kept = read_all(*log_, 0);
    ASSERT_EQ(kept.size(), usage.next - usage.first);
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_EQ(kept[i].first, usage.first + i);
      bytes += kept[i].second.size();
    }
    EXPECT_EQ(bytes, usage.bytes);
  }

  test::TempDir dir_;
  ManualClock clock_{1'722'180'000'000};
  std::unique_ptr<RocksDbLog> log_;
};

TEST_F(RocksDbLogRetention, BySizeKeepsTheNewestMaxBytesAndAboutASegmentMore) {
  append(400, 10'000);
  constexpr std::uint64_t kMax = 1'000'000, kSegment = 256 << 10;
  trim_until({.max_bytes = kMax, .max_age = hours(1)},
             [](const LogUsage& usage) { return usage.bytes <= kMax + 3 * kSegment; });
  EXPECT_GE(log_->usage(kOnlyPartition).bytes, kMax);
  expect_whole();
  const auto kept = log_->usage(kOnlyPartition);
  log_.reset();
  open();
  EXPECT_EQ(log_->usage(kOnlyPartition).first, kept.first);
  EXPECT_EQ(log_->usage(kOnlyPartition).bytes, kept.bytes);
  EXPECT_EQ(log_->usage(kOnlyPartition).next, 401u);
  expect_whole();
}

TEST_F(RocksDbLogRetention, ByAgeForgetsWhatIsOldEvenWhenItIsLittle) {
  append(3, 100);
  clock_.advance(hours(1));
  EXPECT_TRUE(log_->release(kOnlyPartition, 4, {.max_bytes = 1 << 30, .max_age = hours(2)}, clock_.now_ms()));
  EXPECT_EQ(log_->usage(kOnlyPartition).first, 1u);
  // What the next flush finds unfinished would go into one segment with it.
  test::eventually([this] { return !test::files_in(dir_ / "log", ".sst").empty(); });
  append(3, 100);
  clock_.advance(minutes(90));
  // The first three are 2.5 h old, the others 1.5 h.
  trim_until({.max_bytes = 1 << 30, .max_age = hours(2)}, [](const LogUsage& usage) { return usage.first == 4; });
  EXPECT_EQ(log_->usage(kOnlyPartition).bytes, 300u);
  expect_whole();
}

TEST_F(RocksDbLogRetention, NothingAtOrAfterTheCheckpointGoesHoweverOld) {
  append(200, 10'000);
  clock_.advance(hours(1000));
  for (int round = 0; round < 20; ++round) {
    EXPECT_TRUE(log_->release(kOnlyPartition, 120, {}, clock_.now_ms()));
    EXPECT_LE(log_->usage(kOnlyPartition).first, 120u);
  }
  expect_whole();
}

}  // namespace
}  // namespace playhead::log
