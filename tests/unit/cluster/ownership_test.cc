#include "cluster/ownership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "support/node_rig.h"

namespace playhead::cluster {
namespace {

using test::NodeRig;
using test::position;
using test::row_of;
using test::Servers;
using testing::IsEmpty;
using testing::SizeIs;

class OwnershipTest : public testing::Test {
 protected:
  std::size_t stored(const std::string& user) {
    std::size_t count = 0;
    servers_.store.read({.user = user}, [&count](const Result<store::Rows>& rows) { count = rows->size(); });
    return count;
  }
  void refuse_writes() {
    servers_.store.decide = [](auto call) {
      return call == test::FaultyStore::Call::kRead ? test::FaultyStore::Fault::kNone
                                                    : test::FaultyStore::Fault::kRefuse;
    };
  }
  // One partition, so that every user is in it.
  Servers servers_{1};
};

// A record whose one update has a user and no episode, which no applier takes.
std::string broken_record(std::string_view user) {
  auto update = position(user, "1", 10);
  update.episode = {};
  return test::record_of({update});
}

// As a program of the next record format writes it: the version is the first field.
std::string newer_record(std::string_view user) {
  auto record = test::record_of({position(user, "1", 10)});
  record[1] = static_cast<char>(model::newest_record_version() + 1);
  return record;
}

TEST_F(OwnershipTest, AppliesItsPartitionsAndAnswersFromThem) {
  NodeRig node(servers_, "a");
  servers_.append({position("ann", "1", 10)});
  node.catch_up();
  EXPECT_THAT(node.rows("ann"), SizeIs(1));
  EXPECT_EQ(stored("ann"), 0u) << "it plays: the store can wait";
}

TEST_F(OwnershipTest, TellsWhoWaitsWhenARecordIsApplied) {
  NodeRig node(servers_, "a");
  node.catch_up();
  servers_.append({position("ann", "1", 10)});
  const auto partition = node.ownership.find(0);
  std::optional<bool> reached;
  partition->when_applied(2, servers_.clock.monotonic() + std::chrono::seconds(1), [&](bool is) { reached = is; });
  EXPECT_FALSE(reached);
  node.catch_up();
  EXPECT_EQ(reached, true);
}

TEST_F(OwnershipTest, TellsWhatAReadWaitedFor) {
  NodeRig node(servers_, "a");
  node.catch_up();
  servers_.append({position("ann", "1", 10)});
  // The owner is behind, and 40 ms later it isn't.
  std::optional<std::size_t> rows;
  node.ownership.find(0)->read({.user = "ann"},
                               [&](const Result<apply::UserRows>& read) { rows = read->rows().size(); });
  EXPECT_FALSE(rows);
  servers_.clock.advance(std::chrono::milliseconds(40));
  node.catch_up();
  EXPECT_EQ(rows, 1u);
  const auto& times = node.stats.read_times;
  EXPECT_EQ(times.log_end_us.sum(), 0u);
  EXPECT_EQ(times.catch_up_us.sum(), 40'000u);
  EXPECT_EQ(times.store_us.sum(), 0u);
}

TEST_F(OwnershipTest, TellsWhoWaitsInVainWhenTheTimeIsOver) {
  NodeRig node(servers_, "a");
  node.catch_up();
  std::optional<bool> reached;
  node.ownership.find(0)->when_applied(5, servers_.clock.monotonic() + std::chrono::seconds(1),
                                       [&](bool is) { reached = is; });
  node.catch_up();
  EXPECT_FALSE(reached);
  servers_.clock.advance(std::chrono::seconds(1));
  node.feed.turn();
  EXPECT_EQ(reached, false);
}

TEST_F(OwnershipTest, TellsWhoWaitsWhenThePartitionGoes) {
  NodeRig node(servers_, "a");
  node.catch_up();
  std::optional<bool> reached;
  node.ownership.find(0)->when_applied(5, servers_.clock.monotonic() + std::chrono::seconds(1),
                                       [&](bool is) { reached = is; });
  node.feed.stop();
  EXPECT_EQ(reached, false);
  EXPECT_EQ(node.ownership.find(0), nullptr);
}

TEST_F(OwnershipTest, StoresAtOnceWhatAPersonWouldNotice) {
  NodeRig node(servers_, "a");
  auto stop = position("ann", "1", 10);
  stop.state = model::State::kStopped;
  servers_.append({stop});
  node.catch_up();
  node.write_behind.turn();
  EXPECT_EQ(stored("ann"), 1u);
}

TEST_F(OwnershipTest, HandsOnWhatItHasStored) {
  NodeRig node(servers_, "a");
  servers_.append({position("ann", "1", 10)});
  node.catch_up();
  node.feed.stop();
  EXPECT_EQ(stored("ann"), 1u) << "on the way out";
}

TEST_F(OwnershipTest, CommitsOnlyWhatIsInTheStore) {
  NodeRig node(servers_, "a");
  node.catch_up();
  servers_.append({position("ann", "1", 10)});
  node.catch_up();
  servers_.clock.advance(std::chrono::seconds(6));
  servers_.store.decide = [](auto) { return test::FaultyStore::Fault::kRefuse; };
  node.write_behind.turn();
  EXPECT_EQ(servers_.group.committed(0), 1u);
  EXPECT_FALSE(node.write_behind.healthy());
  servers_.store.decide = {};
  servers_.clock.advance(std::chrono::seconds(60));
  for (int i = 0; i < 20; ++i) {
    node.write_behind.turn();
    servers_.clock.advance(std::chrono::seconds(2));
  }
  EXPECT_TRUE(node.write_behind.healthy());
  EXPECT_EQ(servers_.group.committed(0), 2u);
}

TEST_F(OwnershipTest, GoesOnWithWhatItHeldWhenAPartitionComesBack) {
  NodeRig node(servers_, "a");
  servers_.append({position("ann", "1", 10)});
  node.catch_up();
  refuse_writes();
  servers_.group.expel("a");
  node.catch_up();
  EXPECT_THAT(node.rows("ann"), SizeIs(1));
  EXPECT_EQ(node.stats.partitions_lost, 1u);
}

TEST_F(OwnershipTest, ABrokenRecordGoesToTheDeadLettersAndBlocksNothing) {
  NodeRig node(servers_, "a");
  servers_.append({position("ann", "1", 10)});
  servers_.append(broken_record("eve"));
  servers_.append({position("bob", "1", 10)});
  node.catch_up();
  ASSERT_THAT(node.letters.letters, SizeIs(1));
  const auto& letter = node.letters.letters[0];
  EXPECT_EQ(letter.offset, 2u);
  EXPECT_EQ(letter.reason.code, "record-corrupt");
  EXPECT_THAT(node.rows("bob"), SizeIs(1));
  EXPECT_EQ(node.stats.dead_letters, 1u);
  EXPECT_FALSE(node.ownership.trouble());
}

TEST_F(OwnershipTest, NothingIsCommittedBehindABrokenRecordThatNobodyKeeps) {
  NodeRig node(servers_, "a");
  node.letters.refuse = true;
  servers_.append(broken_record("eve"));
  servers_.append({position("bob", "1", 10)});
  node.catch_up();
  EXPECT_THAT(node.rows("bob"), IsEmpty());
  ASSERT_TRUE(node.ownership.trouble());
  node.store_all();
  EXPECT_EQ(servers_.group.committed(0), 1u);
  node.letters.refuse = false;
  servers_.clock.advance(std::chrono::seconds(2));
  // Sent again, taken, resumed.
  for (int i = 0; i < 3; ++i) node.catch_up();
  EXPECT_THAT(node.rows("bob"), SizeIs(1));
  EXPECT_FALSE(node.ownership.trouble());
}

TEST_F(OwnershipTest, ARecordOfANewerFormatStopsThePartitionUntilAnotherNodeTakesIt) {
  NodeRig node(servers_, "a");
  servers_.append({position("ann", "1", 10)});
  servers_.append(newer_record("eve"));
  servers_.append({position("bob", "1", 10)});
  node.catch_up();
  EXPECT_THAT(node.rows("ann"), SizeIs(1));
  EXPECT_THAT(node.rows("bob"), IsEmpty());
  ASSERT_TRUE(node.ownership.trouble());
  EXPECT_EQ(node.ownership.trouble()->code, "record-too-new");
  EXPECT_THAT(node.letters.letters, IsEmpty());
  node.store_all();
  EXPECT_LE(servers_.group.committed(0), 2u) << "who understands it has to get it";
}

TEST_F(OwnershipTest, WaitsForAStoreThatDoesNotKeepUp) {
  OwnershipOptions options;
  options.view_bytes = 2'000;
  NodeRig node(servers_, "a", options);
  servers_.store.decide = [](auto) { return test::FaultyStore::Fault::kRefuse; };
  for (int i = 0; i < 100; ++i) {
    servers_.append({position("user-" + std::to_string(i), "1", 10)});
    node.catch_up();
  }
  EXPECT_TRUE(node.ownership.paused());
  EXPECT_LT(node.ownership.view_bytes(), 10'000u);
  servers_.store.decide = {};
  for (int i = 0; i < 200 && node.rows("user-99").empty(); ++i) {
    servers_.clock.advance(std::chrono::seconds(1));
    node.store_all();
    node.catch_up();
  }
  EXPECT_THAT(node.rows("user-99"), SizeIs(1));
  node.store_all();
  node.catch_up();
  EXPECT_FALSE(node.ownership.paused());
}

TEST_F(OwnershipTest, PresenceIsReadAgainFromBeforeTheCheckpoint) {
  {
    NodeRig node(servers_, "a");
    auto update = position("ann", "1", servers_.clock.now_ms());
    update.session = "s1";
    servers_.append({update});
    node.catch_up();
    for (int i = 0; i < 25 && servers_.group.committed(0) == 1; ++i) {
      servers_.clock.advance(std::chrono::seconds(1));
      node.write_behind.turn();
    }
    ASSERT_EQ(servers_.group.committed(0), 2u);
  }
  NodeRig next(servers_, "b");
  next.catch_up();
  EXPECT_THAT(next.ownership.find(0)->presence().sessions("ann"), SizeIs(1));
  EXPECT_EQ(next.ownership.find(0)->view().rows(), 0u) << "the store has it";
}

}  // namespace
}  // namespace playhead::cluster
