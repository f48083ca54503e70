#include "apply/flusher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>

#include "apply/applier.h"
#include "log/memory/memory_log.h"
#include "support/faulty_store.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::apply {
namespace {

using test::erasure;
using test::eventually;
using test::position;
using test::row_of;
using test::RowMap;
using Call = test::FaultyStore::Call;
using Fault = test::FaultyStore::Fault;

constexpr std::size_t kShards = 8;
// Never comes by itself: what happens earlier has another reason.
constexpr std::chrono::hours kNever{24};

struct FlusherTest : testing::Test {
  void make(FlushOptions options = {.interval = kNever, .retention = {.max_bytes = 0}, .trim_every = kNever}) {
    flusher_ = std::make_unique<Flusher>(view_, store_, log_, presence_, stats_, clock_, options);
  }
  // Each in a record of its own, in the log and applied.
  void commit(std::initializer_list<model::Update> updates) {
    for (const auto& update : updates) {
      const auto record = test::record_of({update});
      log_.append(record, [&](auto appended) { ASSERT_TRUE(applier_.apply(appended->offset, record)); });
    }
  }
  void round() {
    for (std::size_t i = 0; i < kShards; ++i) flusher_->turn();
  }
  RowMap stored(const std::string& user) {
    return test::map_of(
        *test::wait_for<Result<store::Rows>>([&](auto done) { store_.read({.user = user}, std::move(done)); }));
  }
  void fail_all(Call which, Fault fault) {
    store_.decide = [=](Call call) { return call == which ? fault : Fault::kNone; };
  }

  ManualClock clock_{1'000'000};
  log::MemoryLog log_{clock_};
  test::FaultyStore store_;
  View view_{kShards};
  push::Presence presence_{{}, clock_};
  Stats stats_;
  Applier applier_{view_, presence_, stats_};
  std::unique_ptr<Flusher> flusher_;
};

TEST_F(FlusherTest, WritesAnItemOnceARoundHoweverOftenItChanged) {
  make();
  for (std::int64_t i = 1; i <= 50; ++i) commit({position("ann", "1", i)});
  round();
  EXPECT_EQ(stats_.item_writes, 1u);
  EXPECT_EQ(stored("ann").at(model::row_key("789", "1")), row_of(position("ann", "1", 50)).item);
  for (std::int64_t i = 51; i <= 100; ++i) commit({position("ann", "1", i)});
  round();
  EXPECT_EQ(stats_.item_writes, 2u);
}

TEST_F(FlusherTest, MovesTheCheckpointToTheEndWithARound) {
  make();
  for (int i = 0; i < 30; ++i) commit({position(std::to_string(i), "1", 1)});
  EXPECT_EQ(*store_.checkpoint(), 0u);
  round();
  EXPECT_EQ(*store_.checkpoint(), 31u);
  EXPECT_EQ(stats_.checkpoint, 31u);
  // A record that changes nothing moves it too: it need not be replayed.
  commit({position("7", "1", 1)});
  round();
  EXPECT_EQ(*store_.checkpoint(), 32u);
}

TEST_F(FlusherTest, AQuietRoundWritesNothing) {
  make();
  commit({position("ann", "1", 1)});
  round();
  const auto before = store_.merges();
  round();
  EXPECT_EQ(store_.merges(), before);
}

TEST_F(FlusherTest, AStoreThatFailsCostsNothingButTime) {
  for (const auto fault : {Fault::kRefuse, Fault::kDoAndFail}) {
    for (const auto call : {Call::kMerge, Call::kErase}) {
      make();
      const auto now = static_cast<std::int64_t>(log_.usage(log::kOnlyPartition).next) * 100;
      commit({position("ann", "1", now), position("ann", "2", now + 50), erasure("ann", now + 20)});
      const auto checkpoint = *store_.checkpoint();
      fail_all(call, fault);
      round();
      EXPECT_FALSE(flusher_->healthy());
      EXPECT_TRUE(flusher_->trouble());
      EXPECT_EQ(stats_.checkpoint, checkpoint);
      commit({position("ann", "3", now + 60)});
      store_.decide = {};
      round();
      EXPECT_TRUE(flusher_->healthy());
      EXPECT_EQ(*store_.checkpoint(), log_.usage(log::kOnlyPartition).next);
      RowMap expected;
      for (const auto& update :
           {erasure("ann", now + 20), position("ann", "2", now + 50), position("ann", "3", now + 60)}) {
        const auto row = row_of(update);
        expected.emplace(row.row_key, row.item);
      }
      EXPECT_EQ(stored("ann"), expected);
      EXPECT_EQ(view_.rows(), 0u);
    }
  }
}

TEST_F(FlusherTest, TrimsTheLogOnlyBehindASyncedCheckpoint) {
  make({.interval = kNever, .retention = {.max_bytes = 0}, .trim_every = std::chrono::seconds(5)});
  commit({position("ann", "1", 1), position("bob", "1", 1)});
  fail_all(Call::kSync, Fault::kRefuse);
  clock_.advance(std::chrono::seconds(5));
  round();
  EXPECT_EQ(*store_.checkpoint(), 3u);
  EXPECT_EQ(log_.usage(log::kOnlyPartition).first, 1u) << "a power cut now would lose the store's rows";
  store_.decide = {};
  round();
  EXPECT_EQ(log_.usage(log::kOnlyPartition).first, 1u) << "not yet time";
  clock_.advance(std::chrono::seconds(5));
  commit({position("ann", "1", 2)});
  flusher_->turn();
  EXPECT_EQ(store_.unsynced(), 0u);
  EXPECT_EQ(log_.usage(log::kOnlyPartition).first, *store_.checkpoint());
}

TEST_F(FlusherTest, AStoreThatLostWhatItHadTakenEndsTheProcess) {
  make({.interval = kNever, .trim_every = std::chrono::seconds(0)});
  commit({position("ann", "1", 1)});
  for (const auto call : {Call::kMerge, Call::kSync}) {
    fail_all(call, Fault::kRewound);
    EXPECT_EXIT(round(), testing::KilledBySignal(SIGABRT), "");
    EXPECT_EXIT((void)flusher_->flush_all(), testing::KilledBySignal(SIGABRT), "");
  }
}

TEST_F(FlusherTest, FlushAllLeavesNothingAndSyncs) {
  make();
  for (int i = 0; i < 30; ++i) commit({position(std::to_string(i), "1", 1)});
  ASSERT_TRUE(flusher_->flush_all());
  EXPECT_EQ(view_.rows(), 0u);
  EXPECT_EQ(*store_.checkpoint(), 31u);
  EXPECT_EQ(store_.unsynced(), 0u);
  fail_all(Call::kMerge, Fault::kRefuse);
  commit({position("ann", "1", 1)});
  EXPECT_EQ(flusher_->flush_all().error().code, "store-unavailable");
  EXPECT_EQ(view_.rows(), 1u);
}

TEST_F(FlusherTest, DropsRowsThatAreStillWhatWasRead) {
  make();
  commit({position("ann", "1", 1), position("ann", "2", 1), position("ann", "3", 1), position("ann", "4", 1)});
  ASSERT_TRUE(flusher_->flush_all());
  store::Rows read;
  for (const auto& [key, item] : stored("ann")) {
    if (key != model::row_key("789", "4")) read.append(key, item);
  }
  commit({position("ann", "2", 2)});
  ASSERT_TRUE(flusher_->flush_all());
  auto longer = position("ann", "3", 3);
  longer.duration_ms = 60'000;
  commit({longer});  // not flushed: what it is merged over must not go now
  flusher_->drop_rows("ann", read);
  flusher_->turn();
  EXPECT_FALSE(stored("ann").contains(model::row_key("789", "1")));
  EXPECT_EQ(stored("ann").size(), 3u);
  EXPECT_EQ(stats_.trimmed_rows, 1u);
}

TEST_F(FlusherTest, SweepsPresenceAsItGoesRound) {
  make();
  commit({position("ann", "1", clock_.now_ms())});
  ASSERT_EQ(presence_.size(), 1u);
  clock_.advance(std::chrono::hours(1));
  for (int i = 0; i < 300; ++i) flusher_->turn();
  EXPECT_EQ(presence_.size(), 0u);
}

TEST_F(FlusherTest, TheThreadFlushesEachShardOncePerInterval) {
  make({.interval = std::chrono::milliseconds(8), .retention = {.max_bytes = 0}, .trim_every = kNever});
  flusher_->start();
  for (int i = 0; i < 200; ++i) commit({position(std::to_string(i), "1", 1)});  // something in every shard
  for (std::size_t i = 1; i <= kShards; ++i) {
    EXPECT_EQ(stats_.flushes, i - 1);
    clock_.advance(std::chrono::milliseconds(1));
    eventually([&] { return stats_.flushes == i; });
  }
  flusher_->stop();
  EXPECT_EQ(view_.rows(), 0u);
  EXPECT_EQ(stats_.item_writes, 200u);
}

TEST_F(FlusherTest, TheThreadDoesNotWaitForTheIntervalWhenTheViewIsFull) {
  // The 201 rows take about twice this, and one shard far less, whichever shards go while they still come.
  make({.interval = kNever, .view_bytes = 30'000, .trim_every = kNever});
  flusher_->start();
  commit({position("ann", "1", 1)});
  for (int i = 0; i < 200; ++i) commit({position(std::to_string(i), "1", 1)});
  eventually([&] { return view_.bytes() <= 30'000; });
  flusher_->stop();
  EXPECT_GT(stats_.item_writes, 0u);
  EXPECT_GT(view_.rows(), 0u) << "below the bound the interval counts again";
}

TEST_F(FlusherTest, TheThreadKeepsWhatARestartReplaysBelowItsBound) {
  make({.interval = kNever, .replay_bytes = 2'000, .trim_every = kNever});
  flusher_->start();
  for (std::int64_t i = 0; i < 200; ++i) commit({position("ann", "1", i)});
  EXPECT_GT(log_.usage(log::kOnlyPartition).bytes, 4'000u);
  eventually([&] { return stats_.checkpoint > 100; });
  flusher_->stop();
}

TEST_F(FlusherTest, StopsWhileTheStoreFails) {
  fail_all(Call::kMerge, Fault::kRefuse);
  make({.interval = kNever, .view_bytes = 0, .trim_every = kNever});
  commit({position("ann", "1", 1)});
  flusher_->start();
  eventually([&] { return !flusher_->healthy(); });
  flusher_->stop();
  EXPECT_EQ(view_.rows(), 1u);
}

}  // namespace
}  // namespace playhead::apply
