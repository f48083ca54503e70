// Whoever follows a user at any node hears of every change, wherever the user's owner is and whatever becomes of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cluster/peer_events.h"
#include "cluster/peer_messages.h"
#include "support/linked_node.h"
#include "support/wait.h"

namespace playhead::cluster {
namespace {

using test::eventually;
using test::LinkedNode;
using test::position;
using test::row_of;
using test::Told;

class FollowingTest : public testing::Test {
 protected:
  LinkedNode& add(const std::string& name) {
    return *nodes_.emplace_back(std::make_unique<LinkedNode>(servers_, name));
  }
  void until(auto&& condition) {
    eventually([&] {
      servers_.clock.advance(std::chrono::milliseconds(1));
      for (const auto& node : nodes_) node->turn();
      return condition();
    });
  }
  // All partitions have an owner that each node knows.
  void settle() {
    until([&] {
      for (const auto& node : nodes_) {
        for (log::Partition p = 0; p < servers_.log.partitions(); ++p) {
          if (!node->rig.ownership.find(p) && !node->directory.address_of(p)) return false;
        }
      }
      return true;
    });
  }
  log::Partition partition(const std::string& user) const { return servers_.log.partition_of(user); }
  bool owns(const LinkedNode& node, const std::string& user) const {
    return node.rig.ownership.find(partition(user)) != nullptr;
  }
  // A user of `node`.
  std::string user_of(const LinkedNode& node) const {
    for (int i = 0;; ++i) {
      auto user = "user-" + std::to_string(i);
      if (owns(node, user)) return user;
    }
  }
  std::shared_ptr<Told> follow(LinkedNode& node, const std::string& user) {
    auto told = std::make_shared<Told>();
    const auto id = node.followers.subscribe(user, told, 7);
    EXPECT_TRUE(id);
    ids_.push_back(id.value_or(0));
    return told;
  }
  static bool knows(const Told& told, const model::Update& update) {
    const auto row = row_of(update);
    const auto rows = told.rows();
    const auto found = rows.find(row.row_key);
    return found != rows.end() && found->second == row.item;
  }

  test::Servers servers_{4};
  std::vector<std::unique_ptr<LinkedNode>> nodes_;
  std::vector<push::SubscriptionId> ids_;
};

TEST_F(FollowingTest, AUserOfThisNodeAndOneOfAnother) {
  auto& a = add("a");
  auto& b = add("b");
  settle();
  const auto here = user_of(a), there = user_of(b);
  const auto told_here = follow(a, here), told_there = follow(a, there);
  until([&] { return !told_here->stale() && !told_there->stale(); });
  servers_.append({position(here, "1", 10, 111), position(there, "1", 10, 222)});
  until([&] { return knows(*told_here, position(here, "1", 10, 111)); });
  until([&] { return knows(*told_there, position(there, "1", 10, 222)); });
  EXPECT_EQ(told_there->events().back()->kind, push::EventKind::kProgress);
  EXPECT_EQ(told_there->events().back()->user, there);
  EXPECT_EQ(b.peer_followers.size(), 1u);
}

TEST_F(FollowingTest, BeginsWithWhatWasThere) {
  auto& a = add("a");
  auto& b = add("b");
  settle();
  const auto user = user_of(b);
  servers_.append({position(user, "1", 10, 111)});
  const auto told = follow(a, user);
  until([&] { return !told->stale(); });
  EXPECT_TRUE(knows(*told, position(user, "1", 10, 111)));
}

TEST_F(FollowingTest, WhoStopsToFollowIsForgottenByTheOwner) {
  auto& a = add("a");
  auto& b = add("b");
  settle();
  const auto user = user_of(b);
  const auto told = follow(a, user);
  until([&] { return b.peer_followers.size() == 1 && !told->events().empty(); });
  a.followers.unsubscribe(user, ids_[0]);
  EXPECT_EQ(a.followers.size(), 0u);
  until([&] { return b.peer_followers.size() == 0; });
  EXPECT_EQ(b.rig.ownership.find(partition(user))->hub().counts().followers, 0u);
  const auto before = told->events().size();
  servers_.append({position(user, "1", 10, 111)});
  b.rig.catch_up();
  EXPECT_EQ(told->events().size(), before);
}

TEST_F(FollowingTest, WithoutAnOwnerTheStoreAnswersAndSaysThatItIsOld) {
  auto& a = add("a");
  const auto row = row_of(position("ann", "1", 10, 111));
  const store::ItemWrite write{.user = "ann", .row_key = row.row_key, .item = row.item};
  ASSERT_TRUE(servers_.store.merge({&write, 1}, 0));
  const auto told = follow(a, "ann");
  EXPECT_TRUE(knows(*told, position("ann", "1", 10, 111)));
  EXPECT_TRUE(told->stale());
  until([&] { return !told->stale(); });
  EXPECT_TRUE(knows(*told, position("ann", "1", 10, 111)));
}

TEST_F(FollowingTest, GoesOnWithTheNextOwnerWhenOneLeavesOrDies) {
  auto& a = add("a");
  add("b");
  auto& c = add("c");
  settle();
  const auto user = user_of(a);
  const auto told = follow(c, user);
  until([&] { return !told->stale(); });
  a.rig.feed.stop();  // in good order
  servers_.append({position(user, "1", 20, 333)});
  until([&] { return knows(*told, position(user, "1", 20, 333)); });
  // Whoever has it now is held for dead and does not know.
  const auto owner = owns(*nodes_[1], user) ? "b" : "c";
  servers_.group.expel(owner);
  servers_.append({position(user, "1", 30, 444)});
  until([&] { return knows(*told, position(user, "1", 30, 444)); });
}

TEST_F(FollowingTest, NothingIsMissedHoweverOftenPartitionsMove) {
  for (const auto* name : {"a", "b", "c"}) add(name);
  settle();
  std::minstd_rand random(20261123);
  std::vector<std::string> users;
  std::vector<std::vector<std::shared_ptr<Told>>> told;
  std::vector<model::Update> last;
  for (int i = 0; i < 8; ++i) users.push_back("user-" + std::to_string(i));
  for (const auto& user : users) {
    auto& those = told.emplace_back();
    for (const auto& node : nodes_) those.push_back(follow(*node, user));
    last.push_back(position(user, "1", 1, 1));
  }
  for (int round = 2; round < 150; ++round) {
    const auto which = random() % users.size();
    const auto update = position(users[which], "1", round, static_cast<std::int64_t>(random() % 1'000));
    servers_.append({update});
    last[which] = update;
    if (random() % 10 == 0) servers_.group.shuffle();
    if (random() % 25 == 0) servers_.group.expel(std::string(1, static_cast<char>('a' + random() % 3)));
    for (const auto& node : nodes_) {
      if (random() % 3 != 0) node->turn();
    }
  }
  until([&] {
    for (std::size_t i = 0; i < users.size(); ++i) {
      if (last[i].version.time_ms == 1) continue;
      for (const auto& one : told[i]) {
        if (!knows(*one, last[i])) return false;
      }
    }
    return true;
  });
}

TEST_F(FollowingTest, WhoWatchesIsCountedOverAllNodes) {
  auto& a = add("a");
  auto& b = add("b");
  settle();
  const auto now = servers_.clock.now_ms();
  servers_.append({position(user_of(a), "1", now, 111), position(user_of(b), "1", now, 222)});
  const auto counted = [&] {
    return test::wait_for<Result<apply::Watching>>([&](auto done) { a.state.watching("789", "1", std::move(done)); });
  };
  until([&] { return counted()->sessions == 2; });
  EXPECT_FALSE(counted()->stale);
}

TEST(PeerMessages, CarryEvents) {
  push::Event event{.kind = push::EventKind::kProgress,
                    .user = "ann",
                    .rows = {{.row_key = "key", .item = row_of(position("ann", "1", 10)).item}},
                    .erased = model::Version{.counter = 1, .time_ms = -2, .seq = 3},
                    .sessions = {{.session = "s", .device = "tv", .show = "1", .episode = "2"}},
                    .stale = true,
                    .show = "1",
                    .episode = "2",
                    .device = "phone",
                    .show_integer = true,
                    .version = {.counter = 4, .time_ms = 5, .seq = 6}};
  const auto back = decode_event(encode_event(event), "ann");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->kind, event.kind);
  EXPECT_EQ(back->user, "ann");
  ASSERT_EQ(back->rows.size(), 1u);
  EXPECT_EQ(back->rows[0].row_key, "key");
  EXPECT_EQ(back->rows[0].item, event.rows[0].item);
  EXPECT_EQ(back->erased, event.erased);
  ASSERT_EQ(back->sessions.size(), 1u);
  EXPECT_EQ(back->sessions[0].device, "tv");
  EXPECT_TRUE(back->stale);
  EXPECT_EQ(back->show + back->episode + back->device, "12phone");
  EXPECT_TRUE(back->show_integer);
  EXPECT_FALSE(back->episode_integer);
  EXPECT_EQ(back->version, event.version);
  EXPECT_FALSE(decode_event("\x08\x63", "ann")) << "a kind that nobody knows";
  EXPECT_FALSE(decode_event("\x12\x03\x12\x01\x01", "ann")) << "a row that is none";
}

}  // namespace
}  // namespace playhead::cluster
