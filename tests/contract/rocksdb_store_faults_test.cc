// What the embedded store does when the disk fails it, and where its reads happen.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "contract/position_store_contract.h"
#include "crash/forgetful_fs.h"
#include "store/rocksdb/rocksdb_store.h"
#include "support/temp_dir.h"

namespace playhead::store {
namespace {

class RocksDbStoreFaults : public testing::Test {
 protected:
  RocksDbStoreFaults() { open(); }

  void open() { open({}); }
  void open(RocksDbStoreOptions options) {
    store_.reset();
    options.path = dir_ / "store";
    options.env = env_.get();
    options.retry_every = std::chrono::milliseconds(0);
    store_ = std::make_unique<RocksDbStore>(options);
  }
  void power_cut_and_restart() {
    fs_->power_cut();
    store_.reset();
    fs_->power_on();
    open();
  }
  // One row for each checkpoint, so that the two can be held against each other.
  Result<void> try_merge(std::uint64_t checkpoint) {
    const auto row = row_of(checkpoint), bytes = item(1, std::to_string(checkpoint));
    const ItemWrite write{"ann", row, bytes};
    return store_->merge({&write, 1}, checkpoint);
  }
  void merge(std::uint64_t checkpoint) {
    const auto merged = try_merge(checkpoint);
    ASSERT_TRUE(merged) << merged.error().detail;
  }
  void expect_all_up_to(std::uint64_t checkpoint) {
    EXPECT_EQ(store_->checkpoint(), checkpoint);
    const auto rows = read_rows(*store_, {.user = "ann"});
    EXPECT_EQ(rows.size(), checkpoint);
    for (std::uint64_t i = 1; i <= checkpoint; ++i) EXPECT_TRUE(rows.contains(row_of(i))) << i;
  }
  static std::string row_of(std::uint64_t checkpoint) { return model::row_key("s", std::to_string(checkpoint)); }

  test::TempDir dir_;
  std::shared_ptr<test::ForgetfulFs> fs_ = std::make_shared<test::ForgetfulFs>(rocksdb::FileSystem::Default());
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(fs_);
  std::unique_ptr<RocksDbStore> store_;
};

TEST_F(RocksDbStoreFaults, APowerCutTakesWhatWasNotSyncedAndItsCheckpointWithIt) {
  for (std::uint64_t i = 1; i <= 5; ++i) merge(i);
  ASSERT_TRUE(store_->sync());
  for (std::uint64_t i = 6; i <= 9; ++i) merge(i);
  power_cut_and_restart();
  expect_all_up_to(5);
  for (std::uint64_t i = 6; i <= 9; ++i) merge(i);
  expect_all_up_to(9);
}

TEST_F(RocksDbStoreFaults, AFailedSyncLosesNothingThatIsStillInMemory) {
  for (std::uint64_t i = 1; i <= 5; ++i) merge(i);
  fs_->fail_syncs(true);
  EXPECT_EQ(store_->sync().error().code, "store-unavailable");
  EXPECT_EQ(try_merge(6).error().code, "store-unavailable");
  expect_all_up_to(5);
  fs_->fail_syncs(false);
  merge(6);
  ASSERT_TRUE(store_->sync());
  power_cut_and_restart();
  expect_all_up_to(6);
}

TEST_F(RocksDbStoreFaults, WritesGoOnWhenAFullDiskHasRoomAgain) {
  for (std::uint64_t i = 1; i <= 5; ++i) merge(i);
  fs_->fill_disk(true);
  EXPECT_EQ(try_merge(6).error().code, "store-unavailable");
  EXPECT_EQ(store_->sync().error().code, "store-unavailable");
  expect_all_up_to(5);
  fs_->fill_disk(false);
  merge(6);
  ASSERT_TRUE(store_->sync());
  expect_all_up_to(6);
}

TEST_F(RocksDbStoreFaults, SaysSoWhenTheDiskLostWhatWasMerged) {
  for (std::uint64_t i = 1; i <= 5; ++i) merge(i);
  ASSERT_TRUE(store_->sync());
  merge(6);
  fs_->fail_syncs(true);
  EXPECT_EQ(store_->sync().error().code, "store-unavailable");
  // What the kernel dropped can't be read back either.
  fs_->power_cut();
  fs_->power_on();
  fs_->fail_syncs(false);
  EXPECT_EQ(try_merge(7).error().code, "store-rewound");
  EXPECT_EQ(store_->sync().error().code, "store-rewound");
  open();
  expect_all_up_to(5);
  merge(6);
}

TEST_F(RocksDbStoreFaults, AReadThatNeedsTheDiskLeavesTheCallersThread) {
  merge(1);
  open();  // moves the row to a file, and looks at that once
  open();  // now nothing of it is cached
  const auto answered_by = [&](Query query) {
    return test::wait_for<std::thread::id>([&](auto done) {
      store_->read(std::move(query), [done = std::move(done)](Result<Rows> rows) mutable {
        EXPECT_TRUE(rows);
        EXPECT_EQ(rows->size(), 1u);
        done(std::this_thread::get_id());
      });
    });
  };
  const Query exact{.user = "ann", .row_prefix = row_of(1), .exact = true};
  EXPECT_NE(answered_by(exact), std::this_thread::get_id());
  EXPECT_EQ(answered_by(exact), std::this_thread::get_id());
  open();
  EXPECT_NE(answered_by({.user = "ann"}), std::this_thread::get_id());
  EXPECT_EQ(answered_by({.user = "ann"}), std::this_thread::get_id());
}

TEST_F(RocksDbStoreFaults, MoreReadsThanMayWaitAreRefused) {
  merge(1);
  open();
  open({.read_threads = 1, .read_queue = 0});
  const auto answer =
      test::wait_for<Result<Rows>>([&](auto done) { store_->read({.user = "ann"}, std::move(done)); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "store-unavailable");
}

// The promise under files of every age: what is in memory, in many small files and in a compacted one is one state.
TEST_F(RocksDbStoreFaults, MergesAcrossFilesAndMemory) {
  for (std::int64_t i = 1; i <= 12; ++i) {
    for (const auto* user : {"ann", "bob"}) {
      const auto row = model::row_key("s", "e"), bytes = item(i, std::to_string(i));
      const ItemWrite write{user, row, bytes};
      ASSERT_TRUE(store_->merge({&write, 1}, static_cast<std::uint64_t>(i)));
    }
    if (i % 2 == 0) open();
  }
  EXPECT_EQ(read_rows(*store_, {.user = "ann"}), (RowMap{{model::row_key("s", "e"), item(12, "12")}}));
  EXPECT_EQ(read_rows(*store_, {.user = "bob", .row_prefix = model::row_key("s", "e"), .exact = true}),
            (RowMap{{model::row_key("s", "e"), item(12, "12")}}));
  EXPECT_EQ(store_->malformed_items(), 0u);
}

TEST(ItemMerge, SkipsAndCountsWhatIsNoItem) {
  const ItemMerge merge;
  std::string merged;
  const auto good = item(5, "good"), later = item(6, "later");
  EXPECT_TRUE(merge.PartialMerge("key", good, "\x01\x7Fshort", &merged, nullptr));
  EXPECT_EQ(merged, good);
  EXPECT_EQ(merge.malformed(), 1u);

  const rocksdb::Slice bad_value("nonsense"), good_value(good);
  rocksdb::Slice passed_on;
  const auto full = [&](const rocksdb::Slice* existing, const std::vector<rocksdb::Slice>& operands) {
    std::string value;
    rocksdb::MergeOperator::MergeOperationOutput out(value, passed_on);
    EXPECT_TRUE(
        merge.FullMergeV2(rocksdb::MergeOperator::MergeOperationInput("key", existing, operands, nullptr), &out));
    return passed_on.data() != nullptr && value.empty() ? passed_on.ToString() : value;
  };
  passed_on = {nullptr, 0};
  EXPECT_EQ(full(&bad_value, {good, later}), later);
  EXPECT_EQ(full(&good_value, {"nonsense"}), good);
  EXPECT_EQ(full(nullptr, {"nonsense"}), "");
  EXPECT_EQ(merge.malformed(), 4u);
  EXPECT_EQ(full(nullptr, {later}), later);
}

}  // namespace
}  // namespace playhead::store
