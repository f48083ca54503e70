// What the embedded log does when the disk fails it: nothing acknowledged is lost, reads go on, and appends do too
// once the disk works again.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/clock.h"
#include "crash/forgetful_fs.h"
#include "log/rocksdb/rocksdb_log.h"
#include "support/log_calls.h"
#include "support/temp_dir.h"

namespace playhead::log {
namespace {

class RocksDbLogFaults : public testing::Test {
 protected:
  RocksDbLogFaults() { open(); }

  void open(std::size_t segment_bytes = 64 << 20) {
    log_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "log",
                                                          .env = env_.get(),
                                                          .clock = &clock_,
                                                          .segment_bytes = segment_bytes,
                                                          .retry_every = std::chrono::milliseconds(0)});
  }
  void power_cut_and_restart() {
    fs_->power_cut();
    log_.reset();
    fs_->power_on();
    open();
  }
  void acknowledge(int records) {
    for (int i = 0; i < records; ++i) {
      const auto record = "record " + std::to_string(acknowledged_.size());
      const auto done = append_and_wait(*log_, record);
      ASSERT_TRUE(done) << done.error().detail;
      acknowledged_.push_back({done->offset, record});
    }
  }
  // The log may hold more than was acknowledged, but only of what was sent.
  void expect_nothing_lost() {
    auto kept = read_all(*log_, 1);
    std::erase_if(kept, [](const Record& record) { return record.second == "never acknowledged"; });
    EXPECT_EQ(kept, acknowledged_);
  }
  std::string_view refused_code() {
    const auto done = append_and_wait(*log_, "never acknowledged");
    EXPECT_FALSE(done);
    return done ? "acknowledged" : done.error().code;
  }

  test::TempDir dir_;
  ManualClock clock_{1'000'000};
  std::shared_ptr<test::ForgetfulFs> fs_ = std::make_shared<test::ForgetfulFs>(rocksdb::FileSystem::Default());
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(fs_);
  std::unique_ptr<RocksDbLog> log_;
  std::vector<Record> acknowledged_;
};

TEST_F(RocksDbLogFaults, WhatIsAcknowledgedSurvivesAPowerCut) {
  for (int round = 0; round < 3; ++round) {
    acknowledge(10);
    power_cut_and_restart();
    expect_nothing_lost();
  }
}

TEST_F(RocksDbLogFaults, EveryAppendIsOneSync) {
  acknowledge(1);
  const auto before = fs_->syncs();
  acknowledge(10);
  EXPECT_EQ(fs_->syncs(), before + 10);
}

TEST_F(RocksDbLogFaults, AFailedSyncIsNotTrustedAfterwards) {
  acknowledge(10);
  fs_->fail_syncs(true);
  EXPECT_EQ(refused_code(), "log-unavailable");
  EXPECT_EQ(refused_code(), "log-unavailable");
  expect_nothing_lost();
  // From here on syncs of the old file report success and do nothing.
  fs_->fail_syncs(false);
  acknowledge(10);
  expect_nothing_lost();
  power_cut_and_restart();
  expect_nothing_lost();
  acknowledge(1);
}

TEST_F(RocksDbLogFaults, AppendsGoOnWhenAFullDiskHasRoomAgain) {
  acknowledge(10);
  fs_->fill_disk(true);
  EXPECT_EQ(refused_code(), "log-full");
  EXPECT_EQ(refused_code(), "log-full");
  expect_nothing_lost();
  fs_->fill_disk(false);
  acknowledge(10);
  expect_nothing_lost();
  power_cut_and_restart();
  expect_nothing_lost();
}

TEST_F(RocksDbLogFaults, ARestartOnAFullDiskFindsEverythingOnceThereIsRoom) {
  acknowledge(10);
  fs_->fill_disk(true);
  EXPECT_EQ(refused_code(), "log-full");
  log_.reset();
  EXPECT_THROW(open(), StartupError);
  fs_->fill_disk(false);
  open();
  expect_nothing_lost();
  acknowledge(1);
}

TEST_F(RocksDbLogFaults, TroubleInTheBackgroundIsFoundAndLeftBehind) {
  log_.reset();
  open(64 << 10);
  const std::string large(20'000, 'x');
  fs_->fail_syncs(true);
  EXPECT_EQ(refused_code(), "log-unavailable");
  fs_->fail_syncs(false);
  for (int i = 0; i < 20; ++i) {
    // Segments are written meanwhile, and fail now and then.
    fs_->fail_syncs(i % 5 == 4);
    const auto done = append_and_wait(*log_, large);
    if (done) acknowledged_.push_back({done->offset, large});
  }
  fs_->fail_syncs(false);
  acknowledge(3);
  power_cut_and_restart();
  auto kept = read_all(*log_, 1);
  for (const auto& record : acknowledged_) EXPECT_TRUE(std::ranges::find(kept, record) != kept.end()) << record.first;
}

}  // namespace
}  // namespace playhead::log
