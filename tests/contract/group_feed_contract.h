#pragma once

// What every GroupFeed promises, as a typed suite. A backend's test defines a Backend, which group_feed_fixture.h
// describes, and instantiates it.

#include "contract/group_feed_fixture.h"

namespace playhead::log {

TYPED_TEST_SUITE_P(GroupFeedContract);

TYPED_TEST_P(GroupFeedContract, TheOnlyMemberReadsEverythingFromTheBeginning) {
  const auto before = SystemClock().now_ms();
  this->append_everywhere(1, 5);
  const auto member = this->join("one");
  this->await_seen(*member, 30);
  this->append_everywhere(6, 6);
  this->await_seen(*member, 36);
  const auto after = SystemClock().now_ms();
  for (Partition partition = 0; partition < this->kPartitions; ++partition) {
    EXPECT_EQ(member->watch.start_of(partition), (test::GroupWatch::Start{1, 1}));
    const auto seen = member->watch.seen(partition);
    ASSERT_EQ(seen.size(), 6u);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      EXPECT_EQ(seen[i].offset, i + 1);
      EXPECT_EQ(seen[i].record, this->record(partition, static_cast<std::int64_t>(i + 1)));
      EXPECT_GE(seen[i].appended_ms, before);
      EXPECT_LE(seen[i].appended_ms, after);
    }
  }
}

TYPED_TEST_P(GroupFeedContract, MembersShareEvenlyAndSayWhoHasWhat) {
  auto one = this->join("one");
  this->await_owned(*one, 6);
  auto two = this->join("three");
  this->await_owned(*two, 3);
  this->await_owned(*one, 3);
  EXPECT_EQ(this->both(*one, *two).size(), 6u);
  auto three = this->join("two");
  for (const auto* const member : {one.get(), two.get(), three.get()}) this->await_owned(*member, 2);
  auto all = this->both(*one, *two);
  all.merge(three->watch.owned());
  EXPECT_EQ(all.size(), 6u);
  const auto member = [](const auto& joined) {
    const auto owned = joined->watch.owned();
    return Member{joined->node, {owned.begin(), owned.end()}};
  };
  const std::vector<Member> expected{member(one), member(two), member(three)};
  std::vector<Member> told;
  test::eventually([&] {
    const auto members = three->feed->members();
    EXPECT_TRUE(members || members.error().code == "log-unsettled") << members.error().detail;
    told = members.value_or(std::vector<Member>{});
    return !told.empty();
  });
  EXPECT_EQ(told, expected);
}

TYPED_TEST_P(GroupFeedContract, WhoLeavesCommitsAndTheNextGoesOnThere) {
  this->append_everywhere(1, 4);
  auto one = this->make("one");
  Result<void> last;
  one->watch.on_revoked = [&](std::span<const Partition> partitions) {
    std::vector<Checkpoint> checkpoints;
    for (const auto partition : partitions) checkpoints.push_back({partition, 4});
    last = one->feed->commit(checkpoints);
  };
  one->feed->start(one->watch);
  this->await_seen(*one, 24);
  one->leave();
  EXPECT_TRUE(last) << last.error().detail;
  EXPECT_EQ(one->watch.revoked_count(), 1);
  EXPECT_EQ(one->watch.lost_count(), 0);
  EXPECT_THAT(one->watch.owned(), testing::IsEmpty());
  const auto turns = one->watch.turns();
  const auto two = this->join("two");
  this->await_seen(*two, 6);
  EXPECT_EQ(one->watch.turns(), turns);
  for (Partition partition = 0; partition < this->kPartitions; ++partition) {
    EXPECT_EQ(this->backend_.committed(partition), 4u);
    EXPECT_EQ(two->watch.start_of(partition), (test::GroupWatch::Start{4, 4}));
    EXPECT_EQ(two->watch.offsets(partition), std::set<Offset>{4});
  }
  one->feed->stop();  // again: nothing
}

TYPED_TEST_P(GroupFeedContract, ALeaverHandsOverWhileAnotherStays) {
  auto one = this->join("one");
  auto two = this->join("two");
  this->await_owned(*one, 3);
  this->await_owned(*two, 3);
  this->append_everywhere(1, 3);
  test::eventually([&] { return one->watch.seen_count() + two->watch.seen_count() >= 18; }, this->kSoon);
  const auto from_one = one->watch.owned();
  one->leave();
  this->await_owned(*two, 6);
  this->append_everywhere(4, 4);
  for (const auto partition : from_one) {
    test::eventually([&] { return two->watch.offsets(partition) == this->up_to(4); }, this->kSoon);
  }
  EXPECT_EQ(two->watch.lost_count(), 0);
}

TYPED_TEST_P(GroupFeedContract, CheckpointsNeverGoBack) {
  this->append_everywhere(1, 5);
  auto one = this->join("one");
  this->await_seen(*one, 30);
  EXPECT_TRUE(this->commit(*one, 2, 5));
  EXPECT_TRUE(this->commit(*one, 2, 3));
  EXPECT_EQ(this->backend_.committed(2), 5u);
  const std::vector<Checkpoint> several{{2, 6}, {3, 4}, {2, 4}};
  EXPECT_TRUE(one->feed->commit(several));
  EXPECT_EQ(this->backend_.committed(2), 6u);
  EXPECT_EQ(this->backend_.committed(3), 4u);
  EXPECT_EQ(this->backend_.committed(4), 1u);
  // Nor by who begins before it, as everybody does who wants presence.
  one->leave();
  auto two = this->join("two", std::chrono::hours(1));
  this->await_seen(*two, 30);
  EXPECT_EQ(two->watch.start_of(2), (test::GroupWatch::Start{1, 6}));
  EXPECT_TRUE(this->commit(*two, 2, 4));
  EXPECT_EQ(this->backend_.committed(2), 6u);
}

TYPED_TEST_P(GroupFeedContract, OnlyTheOwnerCommits) {
  this->append_everywhere(1, 2);
  auto one = this->join("one");
  auto two = this->join("two");
  this->await_owned(*one, 3);
  this->await_owned(*two, 3);
  const auto mine = *one->watch.owned().begin(), foreign = *two->watch.owned().begin();
  const std::vector<Checkpoint> both{{mine, 2}, {foreign, 2}};
  std::string_view code;
  test::eventually([&] {
    const auto done = one->feed->commit(both);
    code = done ? "" : done.error().code;
    return code != "log-unsettled";
  });
  EXPECT_EQ(code, "not-owner");
  EXPECT_EQ(this->backend_.committed(mine), 2u);
  EXPECT_EQ(this->backend_.committed(foreign), 1u);
  one->leave();
  EXPECT_EQ(this->commit(*one, mine, 3).error().code, "not-owner");
}

TYPED_TEST_P(GroupFeedContract, ThePresenceWindowBeginsWithItsFirstRecord) {
  this->append_everywhere(1, 3);
  auto one = this->join("one");
  this->await_seen(*one, 18);
  EXPECT_TRUE(this->commit(*one, 1, 4));
  one->leave();
  // Where nothing is so young, the checkpoint is the start.
  const auto young = this->join("young", this->kNoPresence);
  this->await_owned(*young, 6);
  EXPECT_EQ(young->watch.start_of(1), (test::GroupWatch::Start{4, 4}));
  young->leave();
  const auto old = this->join("old", std::chrono::hours(1));
  this->await_owned(*old, 6);
  EXPECT_EQ(old->watch.start_of(1), (test::GroupWatch::Start{1, 4}));
}

TYPED_TEST_P(GroupFeedContract, WhoHoldsAPartitionGoesOnWhereItWas) {
  this->append_everywhere(1, 5);
  auto one = this->make("one", std::chrono::hours(1));
  one->watch.on_held = [](Partition partition) { return partition == 3 ? std::optional<Offset>(5) : std::nullopt; };
  one->feed->start(one->watch);
  this->await_seen(*one, 26);
  EXPECT_EQ(one->watch.start_of(3), (test::GroupWatch::Start{5, 1}));
  EXPECT_EQ(one->watch.offsets(3), std::set<Offset>{5});
  EXPECT_THAT(one->watch.damages(), testing::IsEmpty());
}

TYPED_TEST_P(GroupFeedContract, APausedPartitionWaitsAndTheOthersDoNot) {
  auto one = this->make("one");
  one->watch.on_assigned = [&](Partition partition) {
    if (partition == 5) one->feed->pause(partition);
  };
  this->append_everywhere(1, 3);
  one->feed->start(one->watch);
  this->await_seen(*one, 15);
  this->append_everywhere(4, 6);
  this->await_seen(*one, 30);
  EXPECT_THAT(one->watch.seen(5), testing::IsEmpty());
  one->feed->resume(5);
  this->await_seen(*one, 36);
  // In the middle, with more that comes meanwhile.
  for (std::int64_t round = 0; round < 5; ++round) {
    one->feed->pause(2);
    this->append_everywhere(7 + 2 * round, 7 + 2 * round);
    one->feed->resume(2);
    this->append_everywhere(8 + 2 * round, 8 + 2 * round);
  }
  this->await_seen(*one, 96);
  for (Partition partition = 0; partition < this->kPartitions; ++partition) {
    EXPECT_EQ(one->watch.offsets(partition), this->up_to(16));
  }
  EXPECT_THAT(one->watch.damages(), testing::IsEmpty());
}

TYPED_TEST_P(GroupFeedContract, WhatRetentionTookIsTold) {
  this->append_everywhere(1, 8);
  this->backend_.forget(4, 6);
  auto one = this->join("one");
  this->await_seen(*one, 43);
  EXPECT_EQ(one->watch.start_of(4)->from, 6u);
  EXPECT_EQ(one->watch.offsets(4), (std::set<Offset>{6, 7, 8}));
  EXPECT_THAT(one->watch.damages(), testing::ElementsAre("log-gap 1 6"));
  EXPECT_TRUE(this->commit(*one, 4, 9));
  one->leave();
  // What was stored may go.
  this->backend_.forget(4, 9);
  auto two = this->join("two", std::chrono::hours(1));
  this->await_owned(*two, 6);
  EXPECT_EQ(two->watch.start_of(4), (test::GroupWatch::Start{9, 9}));
  EXPECT_THAT(two->watch.damages(), testing::IsEmpty());
}

TYPED_TEST_P(GroupFeedContract, WhoWasHeldForDeadHearsItAndCommitsNothing) {
  auto one = this->join("one");
  this->await_owned(*one, 6);
  this->append_everywhere(1, 3);
  this->await_seen(*one, 18);
  one->watch.block();
  one->watch.wait_until_blocked();
  auto two = this->join("two");
  this->backend_.expire(one->node);
  this->await_owned(*two, 6);
  this->append_everywhere(4, 4);
  this->await_seen(*two, 24);
  EXPECT_TRUE(this->commit(*two, 1, 5));
  EXPECT_EQ(this->commit(*one, 1, 4).error().code, "not-owner");
  EXPECT_EQ(this->commit(*one, 2, 4).error().code, "not-owner");
  EXPECT_EQ(one->watch.owned().size(), 6u);  // it does not know yet
  one->watch.release();
  test::eventually([&] { return one->watch.lost_count() > 0; }, this->kSoon);
  this->await_owned(*one, 3);
  this->await_owned(*two, 3);
  EXPECT_EQ(this->both(*one, *two).size(), 6u);
  EXPECT_EQ(one->watch.revoked_count(), 0);
  EXPECT_EQ(this->backend_.committed(1), 5u);
  EXPECT_EQ(this->backend_.committed(2), 1u);
}

TYPED_TEST_P(GroupFeedContract, TurnsGoOnWithoutRecords) {
  auto one = this->join("one");
  this->await_owned(*one, 6);
  const auto turns = one->watch.turns();
  test::eventually([&] { return one->watch.turns() > turns + 10; }, std::chrono::seconds(10));
}

TYPED_TEST_P(GroupFeedContract, TheLagIsWhatIsStillToCome) {
  auto one = this->join("one");
  this->await_owned(*one, 6);
  this->append_everywhere(1, 2);
  this->await_seen(*one, 12);
  test::eventually([&] {
    const auto lags = one->feed->lag();
    EXPECT_EQ(lags.size(), 6u);
    return std::ranges::all_of(lags, [](const Lag& lag) { return lag.records == 0 && lag.age.count() == 0; });
  });
  one->watch.block();
  one->watch.wait_until_blocked();
  this->append_everywhere(3, 6);
  test::eventually([&] {
    const auto lags = one->feed->lag();
    return std::ranges::all_of(lags, [](const Lag& lag) { return lag.records == 4 && lag.age.count() > 0; });
  });
  one->watch.release();
  test::eventually(
      [&] { return std::ranges::all_of(one->feed->lag(), [](const Lag& lag) { return lag.records == 0; }); });
  one->leave();
  EXPECT_THAT(one->feed->lag(), testing::IsEmpty());
}

TYPED_TEST_P(GroupFeedContract, WhileMembersComeAndGoEveryRecordIsSeen) {
  std::atomic<std::int64_t> appended{0};
  std::atomic<bool> stop{false};
  std::thread load([&] {
    for (std::int64_t at = 1; !stop; ++at) {
      this->append_everywhere(at, at);
      appended = at;
    }
  });
  auto one = this->join("one");
  std::map<Partition, std::set<Offset>> seen;
  const auto add = [&](const auto& joined) {
    for (Partition partition = 0; partition < this->kPartitions; ++partition) {
      seen[partition].merge(joined->watch.offsets(partition));
    }
  };
  for (int round = 0; round < 3; ++round) {
    auto other = this->join("other" + std::to_string(round));
    this->await_owned(*other, 3);
    const auto before = appended.load();
    test::eventually([&] { return appended > before + 20; }, this->kSoon);
    other->leave();
    add(other);
    this->await_owned(*one, 6);
  }
  stop = true;
  load.join();
  const auto last = static_cast<Offset>(appended.load());
  test::eventually([&] {
    return std::ranges::all_of(one->watch.next(), [&](const auto& next) { return next.second == last + 1; });
  });
  add(one);
  for (Partition partition = 0; partition < this->kPartitions; ++partition) {
    EXPECT_EQ(seen[partition], this->up_to(last)) << partition;
  }
}

REGISTER_TYPED_TEST_SUITE_P(GroupFeedContract, TheOnlyMemberReadsEverythingFromTheBeginning,
                            MembersShareEvenlyAndSayWhoHasWhat, WhoLeavesCommitsAndTheNextGoesOnThere,
                            ALeaverHandsOverWhileAnotherStays, CheckpointsNeverGoBack, OnlyTheOwnerCommits,
                            ThePresenceWindowBeginsWithItsFirstRecord, WhoHoldsAPartitionGoesOnWhereItWas,
                            APausedPartitionWaitsAndTheOthersDoNot, WhatRetentionTookIsTold,
                            WhoWasHeldForDeadHearsItAndCommitsNothing, TurnsGoOnWithoutRecords,
                            TheLagIsWhatIsStillToCome, WhileMembersComeAndGoEveryRecordIsSeen);

}  // namespace playhead::log
