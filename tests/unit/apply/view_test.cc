#include "apply/view.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "apply/applier.h"
#include "model/item.h"
#include "support/updates.h"

namespace playhead::apply {
namespace {

using test::erasure;
using test::map_of;
using test::position;
using test::row_of;
using test::RowMap;

// A view of one shard, so that a round is one flush.
struct ViewTest : testing::Test {
  bool apply(const model::Update& update) {
    const auto offset = view_.applied();
    const auto row = row_of(update);
    if (update.erase) view_.erase(update.user.text, update.version.time_ms, offset);
    const bool changed = view_.merge(update.user.text, row.row_key, row.item, offset);
    view_.applied(offset + 1);
    return changed;
  }
  RowMap rows(std::string user) { return map_of(view_.copy({.user = std::move(user)})); }
  static RowMap writes(const FlushBatch& batch) {
    RowMap map;
    for (const auto& write : batch.writes()) map.emplace(write.row_key, write.item);
    return map;
  }
  static RowMap::value_type entry(const model::Update& update) {
    const auto row = row_of(update);
    return {row.row_key, row.item};
  }

  View view_{1};
};

// Four shards, and an applier that knows what is urgent.
struct UrgentFlushTest : testing::Test {
  void apply(const model::Update& update) { ASSERT_TRUE(applier_.apply(view_.applied(), test::record_of({update}))); }
  static model::Update stopped(std::string_view user, std::string_view episode, std::int64_t seconds) {
    auto update = position(user, episode, seconds);
    update.state = model::State::kStopped;
    return update;
  }
  static std::set<std::string> users(const FlushBatch& batch) {
    std::set<std::string> users;
    for (const auto& write : batch.writes()) users.emplace(write.user);
    return users;
  }

  ManualClock clock_{1'000};
  View view_{4};
  push::Presence presence_{{}, clock_};
  Stats stats_;
  Applier applier_{view_, presence_, stats_, true};
};

TEST_F(UrgentFlushTest, TakesWhatAPersonWouldNoticeAndLeavesTheRest) {
  for (const auto* user : {"a", "b", "c", "d", "e"}) apply(position(user, "1", 10));
  EXPECT_FALSE(view_.urgent());
  EXPECT_TRUE(view_.begin_urgent_flush().empty());
  apply(stopped("b", "1", 11));
  auto seek = position("c", "1", 12);
  seek.seek = true;
  apply(seek);
  auto mark = position("d", "2", 13);
  mark.mark = model::Mark::kWatched;
  apply(mark);
  apply(erasure("e", 2'000));
  ASSERT_TRUE(view_.urgent());
  const auto batch = view_.begin_urgent_flush();
  EXPECT_FALSE(view_.urgent());
  EXPECT_EQ(users(batch), (std::set<std::string>{"b", "c", "d", "e"}));
  ASSERT_EQ(batch.erasures().size(), 1u);
  EXPECT_EQ(batch.erasures()[0].user, "e");
  EXPECT_EQ(batch.writes().size(), 4u) << "d's other episode waits for its turn";
  view_.finish_flush(batch, true);
  EXPECT_TRUE(view_.copy({.user = "b"}).empty());
  EXPECT_EQ(view_.copy({.user = "a"}).size(), 1u);
}

TEST_F(UrgentFlushTest, MovesNoCheckpointUntilTheWholeShardWasFlushed) {
  apply(position("a", "1", 10));
  apply(stopped("b", "1", 11));
  view_.finish_flush(view_.begin_urgent_flush(), true);
  EXPECT_EQ(view_.checkpoint(), 1u);
  for (std::size_t shard = 0; shard < view_.shards(); ++shard) view_.finish_flush(view_.begin_flush(shard), true);
  EXPECT_EQ(view_.checkpoint(), view_.applied());
}

TEST_F(UrgentFlushTest, IsUrgentAgainWhenTheStoreRefused) {
  apply(stopped("b", "1", 11));
  apply(erasure("e", 2'000));
  view_.finish_flush(view_.begin_urgent_flush(), false);
  ASSERT_TRUE(view_.urgent());
  const auto again = view_.begin_urgent_flush();
  EXPECT_EQ(users(again), (std::set<std::string>{"b", "e"}));
  EXPECT_EQ(again.erasures().size(), 1u);
  view_.finish_flush(again, true);
  EXPECT_EQ(view_.rows(), 0u);
}

TEST_F(UrgentFlushTest, KeepsWhatChangedMeanwhile) {
  apply(stopped("b", "1", 11));
  const auto batch = view_.begin_urgent_flush();
  apply(position("b", "1", 12, 5'000));
  view_.finish_flush(batch, true);
  EXPECT_EQ(view_.copy({.user = "b"}).size(), 1u) << "the newer position is not stored yet";
  EXPECT_FALSE(view_.urgent()) << "and it is no stop";
}

TEST_F(UrgentFlushTest, AWholeFlushTakesTheUrgentRowsToo) {
  apply(stopped("b", "1", 11));
  for (std::size_t shard = 0; shard < view_.shards(); ++shard) view_.finish_flush(view_.begin_flush(shard), true);
  EXPECT_TRUE(view_.begin_urgent_flush().empty());
}

TEST_F(ViewTest, MergesRowByRowAndSaysWhatChanged) {
  EXPECT_TRUE(apply(position("ann", "1", 10)));
  EXPECT_FALSE(apply(position("ann", "1", 10)));
  EXPECT_FALSE(apply(position("ann", "1", 9, 99)));
  EXPECT_TRUE(apply(position("ann", "1", 11)));
  EXPECT_TRUE(apply(position("ann", "0", 5)));
  EXPECT_TRUE(apply(position("bob", "1", 5)));
  EXPECT_EQ(rows("ann"), (RowMap{entry(position("ann", "0", 5)), entry(position("ann", "1", 11))}));
  EXPECT_EQ(rows("bob").size(), 1u);
  EXPECT_TRUE(rows("eve").empty());
  EXPECT_EQ(view_.rows(), 3u);
}

TEST_F(ViewTest, CopiesWhatAQuerySelectsInKeyOrderAndTheUserRowAlways) {
  for (const auto* episode : {"2", "10", "1"}) apply(position("ann", episode, 10));
  auto other_show = position("ann", "1", 10);
  other_show.show = {"78"};
  apply(other_show);
  apply(erasure("ann", 1));
  const auto keys = [&](store::Query query) {
    std::vector<std::string> found;
    for (const auto& row : view_.copy(query)) found.emplace_back(row.row_key);
    return found;
  };
  const std::string own(model::kUserRow);
  const auto key = [](std::string_view episode) { return model::row_key("789", episode); };
  EXPECT_EQ(keys({.user = "ann"}), (std::vector{own, model::row_key("78", "1"), key("1"), key("10"), key("2")}));
  EXPECT_EQ(keys({.user = "ann", .row_prefix = model::show_prefix("789")}),
            (std::vector{own, key("1"), key("10"), key("2")}));
  EXPECT_EQ(keys({.user = "ann", .row_prefix = key("1"), .exact = true}), (std::vector{own, key("1")}));
}

TEST_F(ViewTest, AFlushTakesOutWhatDidNotChangeSince) {
  apply(position("ann", "1", 10));
  apply(position("ann", "2", 10));
  const auto batch = view_.begin_flush(0);
  EXPECT_EQ(writes(batch), (RowMap{entry(position("ann", "1", 10)), entry(position("ann", "2", 10))}));
  EXPECT_EQ(rows("ann").size(), 2u) << "readable until it is in the store";
  apply(position("ann", "2", 11));
  view_.finish_flush(batch, true);
  EXPECT_EQ(rows("ann"), (RowMap{entry(position("ann", "2", 11))}));
  const auto next = view_.begin_flush(0);
  EXPECT_EQ(writes(next), (RowMap{entry(position("ann", "2", 11))}));
  view_.finish_flush(next, true);
  EXPECT_TRUE(view_.begin_flush(0).empty());
}

TEST_F(ViewTest, AnUpdateThatChangesNothingIsNotWrittenAgain) {
  apply(position("ann", "1", 10));
  const auto batch = view_.begin_flush(0);
  apply(position("ann", "1", 9));
  view_.finish_flush(batch, true);
  EXPECT_TRUE(rows("ann").empty());
}

TEST_F(ViewTest, AFailedFlushLeavesEverythingToTheNext) {
  apply(position("ann", "1", 10));
  apply(erasure("bob", 5));
  const auto failed = view_.begin_flush(0);
  apply(position("ann", "2", 11));
  view_.finish_flush(failed, false);
  EXPECT_EQ(view_.checkpoint(), 1u);
  const auto retry = view_.begin_flush(0);
  EXPECT_EQ(retry.writes().size(), 3u);
  ASSERT_EQ(retry.erasures().size(), 1u);
  EXPECT_EQ(retry.erasures()[0].user, "bob");
  EXPECT_EQ(view_.checkpoint(), 4u);
  view_.finish_flush(retry, true);
  EXPECT_EQ(view_.rows(), 0u);
}

TEST_F(ViewTest, AnErasureDropsWhatItCoversAndOrdersTheSameOfTheStore) {
  apply(position("ann", "1", 10));
  apply(position("ann", "2", 30));
  apply(erasure("ann", 20));
  const RowMap left{entry(erasure("ann", 20)), entry(position("ann", "2", 30))};
  EXPECT_EQ(rows("ann"), left);
  const auto batch = view_.begin_flush(0);
  ASSERT_EQ(batch.erasures().size(), 1u);
  EXPECT_EQ(batch.erasures()[0].up_to_ms, 20);
  EXPECT_EQ(writes(batch), left);
}

TEST_F(ViewTest, AnErasureDuringAFlushOutlivesIt) {
  for (const bool stored : {true, false}) {
    apply(position("ann", "1", 10));
    apply(position("ann", "2", 30));
    const auto batch = view_.begin_flush(0);
    apply(erasure("ann", 20));
    EXPECT_EQ(rows("ann"), (RowMap{entry(erasure("ann", 20)), entry(position("ann", "2", 30))}));
    view_.finish_flush(batch, stored);
    const auto next = view_.begin_flush(0);
    ASSERT_EQ(next.erasures().size(), 1u) << "the flushed rows have reached the store: it has to erase them";
    EXPECT_EQ(writes(next).contains(model::row_key("789", "1")), false);
    EXPECT_EQ(writes(next).contains(model::row_key("789", "2")), !stored);
    view_.finish_flush(next, true);
    EXPECT_EQ(view_.rows(), 0u);
  }
}

TEST_F(ViewTest, ARowErasedDuringAFlushMayComeBack) {
  apply(position("ann", "1", 10));
  const auto batch = view_.begin_flush(0);
  apply(erasure("ann", 20));
  apply(position("ann", "1", 25));
  view_.finish_flush(batch, true);
  EXPECT_TRUE(rows("ann").contains(model::row_key("789", "1")));
  EXPECT_EQ(writes(view_.begin_flush(0)).at(model::row_key("789", "1")), row_of(position("ann", "1", 25)).item);
}

TEST_F(ViewTest, CountsItsBytesBackToNothing) {
  EXPECT_EQ(view_.bytes(), 0u);
  const std::string long_id(200, 'x');
  for (int round = 0; round < 3; ++round) {
    std::uint64_t before = view_.bytes();
    for (const auto& user : {std::string("ann"), long_id}) {
      for (std::int64_t i = 0; i < 20; ++i) {
        auto update = position(user, i % 2 == 0 ? "1" : std::string_view(long_id), 100 * round + i);
        if (i % 3 == 0) update.device = long_id;
        if (i % 5 == 0) update.duration_ms = 1 << i;
        apply(update);
        EXPECT_GT(view_.bytes(), before);
        if (i == 7) apply(erasure(user, 100 * round + 6));
      }
    }
    const auto batch = view_.begin_flush(0);
    apply(position("ann", "1", 100 * round + 50));
    apply(erasure(long_id, 100 * round + 90));
    view_.finish_flush(batch, round != 1);
    view_.finish_flush(view_.begin_flush(0), true);
    EXPECT_EQ(view_.bytes(), 0u);
    EXPECT_EQ(view_.rows(), 0u);
  }
}

TEST_F(ViewTest, TheCheckpointIsTheOldestRecordThatNoFlushHasTaken) {
  View view(64);
  const auto put = [&](std::string_view user, std::int64_t time_ms) {
    const auto row = row_of(position(user, "1", time_ms));
    const auto offset = view.applied();
    view.merge(user, row.row_key, row.item, offset);
    view.applied(offset + 1);
  };
  EXPECT_EQ(view.checkpoint(), 1u);
  for (int i = 0; i < 100; ++i) put(std::to_string(i), 1);
  EXPECT_EQ(view.checkpoint(), 1u);
  for (std::size_t shard = 0; shard < view.shards(); ++shard) {
    const auto batch = view.begin_flush(shard);
    const auto checkpoint = view.checkpoint();
    view.finish_flush(batch, true);
    EXPECT_EQ(view.checkpoint(), checkpoint);
    EXPECT_EQ(checkpoint == 101, view.rows() == 0);
  }
  EXPECT_EQ(view.checkpoint(), 101u);
}

}  // namespace
}  // namespace playhead::apply
