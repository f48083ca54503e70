// The group in memory passes the suite of its seam; and what a test or the simulator can make go wrong in it.

#include <gmock/gmock.h>

#include "contract/group_feed_contract.h"
#include "log/memory/memory_group_feed.h"

namespace playhead::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct MemoryGroupBackend {
  HeartbeatLog& log() { return log_; }
  std::unique_ptr<GroupFeed> member(const Node& node, std::chrono::milliseconds presence_window) {
    return std::make_unique<MemoryGroupFeed>(group_, node, presence_window, MemoryGroupFeed::Drive::kThread);
  }
  Offset committed(Partition partition) { return group_.committed(partition); }
  void forget(Partition partition, Offset offset) {
    EXPECT_TRUE(log_.release(partition, offset, kKeepNothing, kFuture));
  }
  void expire(const Node& node) { group_.expel(node.name); }

  SystemClock clock_;
  MemoryLog log_{clock_, 6};
  MemoryGroup group_{log_, clock_};
};

// Four partitions, and members that move only when the test says so.
class MemoryGroupTest : public testing::Test {
 protected:
  struct ByHand {
    ByHand(MemoryGroup& group, const std::string& name)
        : feed(group, {.name = name, .address = name + ":1", .region = "here"}, std::chrono::seconds(30),
               MemoryGroupFeed::Drive::kByHand) {
      feed.start(watch);
    }
    ~ByHand() { EXPECT_THAT(watch.broken_promises(), IsEmpty()); }
    test::GroupWatch watch;
    MemoryGroupFeed feed;
  };

  void append(const std::string& user, int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(append_and_wait(log_, test::record_of({test::position(user, "12", 1'000, i)})));
    }
  }
  static void turn_all(std::initializer_list<ByHand*> members) {
    for (int i = 0; i < 3; ++i) {
      for (auto* const member : members) member->feed.turn();
    }
  }

  ManualClock clock_{1'000'000};
  MemoryLog log_{clock_, 4};
  MemoryGroup group_{log_, clock_};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, GroupFeedContract, MemoryGroupBackend);

TEST_F(MemoryGroupTest, AZombieKeepsItsPartitionsInItsOwnEyesOnly) {
  ByHand one(group_, "one"), two(group_, "two");
  turn_all({&one, &two});
  const auto mine = one.watch.owned();
  ASSERT_EQ(mine.size(), 2u);
  group_.expel("one");
  turn_all({&two});
  EXPECT_EQ(two.watch.owned().size(), 4u);
  EXPECT_EQ(one.watch.owned(), mine);
  const Checkpoint checkpoint{*mine.begin(), 5};
  EXPECT_EQ(one.feed.commit(std::span(&checkpoint, 1)).error().code, "not-owner");
  turn_all({&one, &two});
  EXPECT_EQ(one.watch.lost_count(), 1);
  EXPECT_EQ(one.watch.owned().size(), 2u);
}

TEST_F(MemoryGroupTest, WhoCrashedKeepsItsPartitionsUntilItIsExpelled) {
  ByHand one(group_, "one"), two(group_, "two");
  turn_all({&one, &two});
  one.feed.crash();
  turn_all({&two});
  EXPECT_EQ(two.watch.owned().size(), 2u);
  group_.expel("one");
  turn_all({&two});
  EXPECT_EQ(two.watch.owned().size(), 4u);
  EXPECT_EQ(one.watch.revoked_count() + one.watch.lost_count(), 0);
}

TEST_F(MemoryGroupTest, APartitionMovesWhenItsOwnerHasGivenItUp) {
  ByHand one(group_, "one");
  turn_all({&one});
  ByHand two(group_, "two");
  turn_all({&two});
  EXPECT_THAT(two.watch.owned(), IsEmpty());
  EXPECT_EQ(two.feed.members().error().code, "log-unsettled");
  turn_all({&one, &two});
  EXPECT_EQ(two.watch.owned().size(), 2u);
  EXPECT_EQ(one.watch.revoked_count(), 1);
}

TEST_F(MemoryGroupTest, AShuffleMovesEveryPartition) {
  ByHand one(group_, "one"), two(group_, "two");
  turn_all({&one, &two});
  const auto before = one.watch.owned();
  group_.shuffle();
  turn_all({&one, &two});
  EXPECT_EQ(two.watch.owned(), before);
  EXPECT_EQ(one.watch.owned().size(), 2u);
}

TEST_F(MemoryGroupTest, ThePresenceWindowIsMeasuredByTheClock) {
  const auto partition = log_.partition_of("ann");
  append("ann", 2);
  clock_.advance(std::chrono::seconds(40));
  append("ann", 2);
  {
    ByHand one(group_, "one");
    turn_all({&one});
    const Checkpoint checkpoint{partition, 5};
    ASSERT_TRUE(one.feed.commit(std::span(&checkpoint, 1)));
    one.feed.stop();
  }
  clock_.advance(std::chrono::seconds(29));
  ByHand two(group_, "two");
  turn_all({&two});
  EXPECT_EQ(two.watch.start_of(partition), (test::GroupWatch::Start{3, 5}));
}

TEST_F(MemoryGroupTest, DamageIsToldAndPassed) {
  const auto partition = log_.partition_of("ann");
  append("ann", 3);
  group_.damage(partition, 2);
  ByHand one(group_, "one");
  turn_all({&one});
  EXPECT_EQ(one.watch.offsets(partition), (std::set<Offset>{1, 3}));
  EXPECT_THAT(one.watch.damages(), ElementsAre("log-corrupt 2 3"));
}

TEST_F(MemoryGroupTest, WhatIsForgottenBeforeASlowOwnerGetsThereIsTold) {
  const auto partition = log_.partition_of("ann");
  append("ann", 1);
  ByHand one(group_, "one");
  turn_all({&one});
  append("ann", 5);
  ASSERT_TRUE(log_.release(partition, 4, kKeepNothing, kFuture));
  turn_all({&one});
  EXPECT_EQ(one.watch.offsets(partition), (std::set<Offset>{1, 4, 5, 6}));
  EXPECT_THAT(one.watch.damages(), ElementsAre("log-gap 2 4"));
}

}  // namespace playhead::log
