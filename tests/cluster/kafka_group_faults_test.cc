// Members that are killed, stopped or come and go all the time, and a broker that goes away: partitions find an owner
// in time, every record is seen by one, and checkpoints never go back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <thread>

#include "base/clock.h"
#include "cluster/group_member.h"
#include "cluster/group_settings.h"
#include "cluster/kafka_topics.h"
#include "cluster/positions.h"
#include "log/kafka/group_feed.h"
#include "log/kafka/kafka_log.h"
#include "support/group_watch.h"
#include "support/log_calls.h"

namespace playhead::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;
using Seen = std::map<Partition, std::set<Offset>>;

constexpr auto kNode = "node1";
// A session is 6 s; the rest is for a busy machine.
constexpr seconds kTakenOver{30};

class KafkaGroupFaults : public testing::Test {
 protected:
  struct Member {
    explicit Member(const kafka::KafkaOptions& options, const std::string& name = "here")
        : feed(options, test::group_settings(milliseconds(0)), {name, "127.0.0.1:1", "here"}, clock) {}
    ~Member() {
      feed.stop();
      EXPECT_THAT(watch.broken_promises(), testing::IsEmpty());
    }
    // Everything that it has seen is committed, at each revocation and now and then.
    void commit_what_comes() {
      watch.on_revoked = [this](auto) { commit(); };
      watch.on_turn = [this] {
        if (Steady::now() < commit_at) return;
        commit_at = Steady::now() + milliseconds(100);
        commit();
      };
    }
    void commit() {
      std::vector<Checkpoint> checkpoints;
      for (const auto& [partition, next] : watch.next()) checkpoints.push_back({partition, next});
      (void)feed.commit(checkpoints);
    }
    SystemClock clock;
    test::GroupWatch watch;
    Steady::time_point commit_at;
    kafka::KafkaGroupFeed feed;
  };

  ~KafkaGroupFaults() override {
    test::servers().resume(kNode);
    test::servers().start(kNode);
  }
  static void await_owned(const auto& owned, std::size_t count, seconds in_time = kTakenOver) {
    test::eventually([&] { return owned().size() == count; }, in_time);
  }
  static void await_owned(const Member& member, std::size_t count) {
    await_owned([&] { return member.watch.owned(); }, count);
  }
  static void await_owned(const test::GroupMember& member, std::size_t count) {
    await_owned([&] { return member.owned(); }, count);
  }
  // Until a member is at the end of all partitions.
  void await_end(const Member& member) {
    std::map<Partition, Offset> ends;
    for (Partition partition = 0; partition < options_.partitions; ++partition) {
      ends[partition] = end_of(log_, partition);
    }
    test::eventually([&] { return member.watch.next() == ends; }, seconds(60));
  }
  void expect_all_seen(const Seen& seen) {
    for (Partition partition = 0; partition < options_.partitions; ++partition) {
      std::set<Offset> all;
      for (Offset offset = 1; offset < end_of(log_, partition); ++offset) all.insert(offset);
      const auto found = seen.find(partition);
      std::vector<Offset> missed;
      std::ranges::set_difference(all, found != seen.end() ? found->second : std::set<Offset>{},
                                  std::back_inserter(missed));
      EXPECT_THAT(missed, testing::IsEmpty()) << partition;
    }
  }
  void add_seen(Seen& seen, const Member& member) const {
    for (Partition partition = 0; partition < options_.partitions; ++partition) {
      seen[partition].merge(member.watch.offsets(partition));
    }
  }
  static void add_seen(Seen& seen, const test::GroupMember& member) {
    for (auto [partition, offsets] : member.seen()) seen[partition].merge(offsets);
  }

  kafka::KafkaOptions options_ = test::made_topic(6);
  kafka::KafkaLog log_{options_};
};

TEST_F(KafkaGroupFaults, WhoIsKilledIsReplacedWithinItsSession) {
  test::AckedLoad load(log_, 1);
  Member here(options_);
  here.commit_what_comes();
  here.feed.start(here.watch);
  test::GroupMember other(options_, "other");
  await_owned(other, 3);
  await_owned(here, 3);
  test::eventually([&] { return !other.said("committed").empty(); });
  other.kill_now();
  const auto killed = Steady::now();
  await_owned(here, 6);
  std::printf("taken over after %ld ms\n", std::chrono::duration_cast<milliseconds>(Steady::now() - killed).count());
  EXPECT_FALSE(load.stop().empty());
  await_end(here);
  Seen seen;
  add_seen(seen, here);
  add_seen(seen, other);
  expect_all_seen(seen);
  EXPECT_EQ(here.watch.lost_count(), 0);
  EXPECT_THAT(here.watch.damages(), testing::IsEmpty());
}

TEST_F(KafkaGroupFaults, WhoLeavesIsReplacedAtOnce) {
  Member here(options_);
  here.feed.start(here.watch);
  test::GroupMember other(options_, "other");
  await_owned(other, 3);
  await_owned(here, 3);
  const auto begin = Steady::now();
  EXPECT_TRUE(other.leave());
  await_owned(here, 6);
  const auto took = Steady::now() - begin;
  std::printf("handed over after %ld ms\n", std::chrono::duration_cast<milliseconds>(took).count());
  EXPECT_LT(took, test::group_settings(milliseconds(0)).session_timeout);
  EXPECT_EQ(other.said("revoked").size(), 3u);
}

TEST_F(KafkaGroupFaults, AZombieHearsThatItHasLostAndSkipsNothingForItsSuccessor) {
  Member here(options_);
  here.commit_what_comes();
  here.feed.start(here.watch);
  test::GroupMember zombie(options_, "zombie");
  await_owned(zombie, 3);
  await_owned(here, 3);
  test::AckedLoad load(log_, 1);
  test::eventually([&] { return zombie.said("committed").size() > 3; });
  zombie.signal(SIGSTOP);
  const auto acknowledged = load.acknowledged_everywhere();
  await_owned(here, 6);
  test::eventually([&] { return load.acknowledged_everywhere() > acknowledged + 20; });
  zombie.signal(SIGCONT);
  test::eventually([&] { return zombie.said("lost").size() == 3; }, kTakenOver);
  EXPECT_THAT(zombie.said("revoked"), testing::IsEmpty());
  // It is a member again.
  await_owned(zombie, 3);
  await_owned(here, 3);
  load.stop();
  EXPECT_TRUE(zombie.leave());
  await_owned(here, 6);
  await_end(here);
  Seen seen;
  add_seen(seen, here);
  add_seen(seen, zombie);
  expect_all_seen(seen);
  EXPECT_THAT(zombie.said("broken"), testing::IsEmpty());
  EXPECT_THAT(here.watch.damages(), testing::IsEmpty());
}

// A process of its own dies and another comes, all the time, while records do: 20 s, a change each second.
TEST_F(KafkaGroupFaults, ARebalanceEverySecondUnderLoadSkipsNothing) {
  test::AckedLoad load(log_, 1);
  Member here(options_);
  here.commit_what_comes();
  here.feed.start(here.watch);
  Seen seen;
  std::map<Partition, Offset> committed;
  std::unique_ptr<Member> other;
  const auto end = Steady::now() + seconds(20);
  for (int round = 0; Steady::now() < end; ++round) {
    if (other) {
      other->feed.stop();
      add_seen(seen, *other);
      other.reset();
    } else {
      other = std::make_unique<Member>(options_, "other" + std::to_string(round));
      other->commit_what_comes();
      other->feed.start(other->watch);
    }
    const auto next = Steady::now() + seconds(1);
    while (Steady::now() < next) {
      for (Partition partition = 0; partition < options_.partitions; ++partition) {
        const auto now = log_.committed(partition);
        if (!now) continue;
        EXPECT_GE(*now, committed[partition]) << partition;
        committed[partition] = std::max(committed[partition], *now);
      }
    }
  }
  if (other) {
    other->feed.stop();
    add_seen(seen, *other);
  }
  load.stop();
  await_owned(here, 6);
  await_end(here);
  add_seen(seen, here);
  expect_all_seen(seen);
  EXPECT_THAT(here.watch.damages(), testing::IsEmpty());
  EXPECT_EQ(here.watch.lost_count(), 0);
}

// Members that leave at any moment, before they own anything too.
TEST_F(KafkaGroupFaults, MembersThatComeAndGoAtAnyMomentEndInTime) {
  test::AckedLoad load(log_, 1);
  Member here(options_);
  here.feed.start(here.watch);
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> longest{0};
  for (unsigned thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      std::minstd_rand random(thread + 1);
      for (int round = 0; round < 8; ++round) {
        Member member(options_, "m" + std::to_string(thread));
        member.commit_what_comes();
        member.feed.start(member.watch);
        std::this_thread::sleep_for(milliseconds(random() % 1'500));
        const auto begin = Steady::now();
        member.feed.stop();
        const auto took = std::chrono::duration_cast<milliseconds>(Steady::now() - begin).count();
        longest = std::max(longest.load(), took);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::printf("the longest leave took %ld ms\n", longest.load());
  EXPECT_LT(longest, 10'000);
  load.stop();
  await_owned(here, 6);
  await_end(here);
  EXPECT_THAT(here.watch.damages(), testing::IsEmpty());
}

TEST_F(KafkaGroupFaults, ABrokerThatComesBackFindsItsMembers) {
  Member here(options_);
  here.commit_what_comes();
  here.feed.start(here.watch);
  await_owned(here, 6);
  std::set<std::int64_t> acknowledged;
  {
    test::AckedLoad load(log_, 1);
    test::eventually([&] { return load.acknowledged_everywhere() > 20; });
    test::servers().kill(kNode);
    for (int i = 0; i < 3; ++i) {
      const auto begin = Steady::now();
      EXPECT_EQ(here.feed.members().error().code, "log-unavailable");
      EXPECT_LT(Steady::now() - begin, seconds(5));
      const auto done = here.feed.commit({});
      EXPECT_TRUE(done);  // nothing to say to anybody
      here.commit();
    }
    test::servers().start(kNode);
    const auto before = load.acknowledged_everywhere();
    test::eventually([&] { return load.acknowledged_everywhere() > before + 20; }, seconds(60));
  }
  await_owned(here, 6);
  await_end(here);
  Seen seen;
  add_seen(seen, here);
  expect_all_seen(seen);
}

TEST_F(KafkaGroupFaults, WithoutABrokerAMemberStillStopsInTime) {
  auto here = std::make_unique<Member>(options_);
  here->feed.start(here->watch);
  await_owned(*here, 6);
  test::servers().kill(kNode);
  const auto begin = Steady::now();
  here.reset();
  EXPECT_LT(Steady::now() - begin, seconds(15));
  // Nor does one that never saw a broker.
  here = std::make_unique<Member>(options_);
  here->feed.start(here->watch);
  test::eventually([&] { return here->watch.turns() > 2; });
  here.reset();
  EXPECT_LT(Steady::now() - begin, seconds(30));
}

}  // namespace
}  // namespace playhead::log
