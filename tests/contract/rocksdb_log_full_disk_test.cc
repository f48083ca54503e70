// A disk that is really full: a small file system in memory, which takes root to mount.

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/clock.h"
#include "log/rocksdb/rocksdb_log.h"
#include "support/log_calls.h"
#include "support/temp_dir.h"

namespace playhead::log {
namespace {

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    mounted_ = ::mount("tmpfs", dir_.path().c_str(), "tmpfs", 0, "size=32m") == 0;
    if (!mounted_)
      GTEST_SKIP() << "needs to mount a tmpfs of 32 MB, which this user may not: " << std::strerror(errno);
    std::ofstream(ballast_) << std::string(10 << 20, 'b');
    open();
  }
  ~FullDisk() override {
    log_.reset();
    if (mounted_) ::umount(dir_.path().c_str());
  }
  void open() {
    log_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "log",
                                                          .clock = &clock_,
                                                          .segment_bytes = 1 << 20,
                                                          .retry_every = std::chrono::milliseconds(0)});
  }
  Result<Appended> append() {
    const auto record = std::to_string(sent_++) + std::string(100'000, 'r');
    auto done = append_and_wait(*log_, record);
    if (done) acknowledged_.emplace_back(done->offset, record);
    return done;
  }
  void append_until_full() {
    for (auto done = append(); done; done = append()) ASSERT_LT(sent_, 1'000) << "the disk never filled";
  }
  // There may be records that were refused, but every acknowledged one is at its offset.
  void expect_nothing_lost() {
    auto kept = read_all(*log_, 1);
    std::erase_if(kept, [&](const Record& record) { return !std::ranges::binary_search(acknowledged_, record); });
    EXPECT_TRUE(kept == acknowledged_) << kept.size() << " of " << acknowledged_.size() << " records are left";
  }

  test::TempDir dir_;
  const std::string ballast_ = dir_ / "ballast";
  bool mounted_ = false;
  SystemClock clock_;
  std::unique_ptr<RocksDbLog> log_;
  int sent_ = 0;
  std::vector<Record> acknowledged_;
};

TEST_F(FullDisk, RefusesAppendsReadsOnAndGoesOnWhenThereIsRoom) {
  append_until_full();
  ASSERT_GT(acknowledged_.size(), 50u);
  for (int i = 0; i < 3; ++i) {
    const auto refused = append();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "log-full") << refused.error().detail;
    expect_nothing_lost();
  }
  std::filesystem::remove(ballast_);
  for (int i = 0; i < 10; ++i) {
    const auto done = append();
    ASSERT_TRUE(done) << done.error().detail;
  }
  expect_nothing_lost();
  log_.reset();
  open();
  expect_nothing_lost();
}

TEST_F(FullDisk, ARestartWhileItIsFullLosesNothing) {
  append_until_full();
  log_.reset();
  try {
    open();
  } catch (const StartupError&) {
    std::filesystem::remove(ballast_);
    open();
  }
  expect_nothing_lost();
}

// What trimming frees is room for appends, without anyone's help.
TEST_F(FullDisk, TrimmingInTimeKeepsItFromFilling) {
  for (int i = 0; i < 500; ++i) {
    const auto done = append();
    ASSERT_TRUE(done) << done.error().detail;
    ASSERT_TRUE(log_->release(kOnlyPartition, log_->usage(kOnlyPartition).next,
                              {.max_bytes = 2 << 20, .max_age = std::chrono::hours(1)}, clock_.now_ms()));
  }
  EXPECT_GT(log_->usage(kOnlyPartition).first, 300u);
}

}  // namespace
}  // namespace playhead::log
