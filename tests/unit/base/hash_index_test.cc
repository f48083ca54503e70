#include "base/hash_index.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

namespace playhead {
namespace {

struct Node {
  std::uint64_t hash;
  std::string id;
  int value = 0;
};

// Few hashes for many ids, so that nodes stand in each other's way: every other bit pattern is one of four.
HashedId crowded(const std::string& id) {
  HashedId hashed(id);
  hashed.hash %= 4;
  return hashed;
}
HashedId spread(const std::string& id) { return HashedId(id); }

void check(HashedId (*hashed)(const std::string&)) {
  HashIndex<Node> index;
  std::map<std::string, int> model;
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 6), rc::gen::inRange(0, 200)));
  for (const auto& [what, number] : steps) {
    const auto id = std::to_string(number);
    const auto key = hashed(id);
    auto* found = index.find(key);
    RC_ASSERT((found != nullptr) == model.contains(id));
    if (found != nullptr) RC_ASSERT(found->value == model.at(id));
    index.prefetch_slot(key);
    index.prefetch_node(key);
    if (what < 4 && found == nullptr) {
      index.insert(std::make_unique<Node>(Node{.hash = key.hash, .id = id, .value = number}));
      model[id] = number;
    } else if (what == 4 && found != nullptr) {
      index.erase(*found);
      model.erase(id);
    } else if (what == 5) {
      const auto over = [number = number](const auto& node) { return node.value % 7 == number % 7; };
      index.erase_if(over);
      std::erase_if(model, [number = number](const auto& entry) { return entry.second % 7 == number % 7; });
    }
  }
  std::map<std::string, int> left;
  index.for_each([&](const Node& node) { left[node.id] = node.value; });
  RC_ASSERT(left == model);
}

RC_GTEST_PROP(HashIndex, FindsWhatAMapFinds, ()) { check(spread); }
RC_GTEST_PROP(HashIndex, FindsWhatAMapFindsAmongCollisions, ()) { check(crowded); }

TEST(HashIndex, GrowsToMany) {
  HashIndex<Node> index;
  constexpr int kNodes = 10'000;
  for (int i = 0; i < kNodes; ++i) {
    const auto id = std::to_string(i);
    index.insert(std::make_unique<Node>(Node{.hash = HashedId(id).hash, .id = id, .value = i}));
  }
  for (int i = 0; i < kNodes; ++i) {
    const auto* found = index.find(std::to_string(i));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->value, i);
  }
  EXPECT_EQ(index.find(std::string("none")), nullptr);
}

TEST(HashedId, SpreadsOverShards) {
  std::map<std::size_t, int> users_by_shard;
  for (int i = 0; i < 64'000; ++i) ++users_by_shard[shard_of(std::to_string(i), 64)];
  ASSERT_EQ(users_by_shard.size(), 64u);
  for (const auto& [shard, users] : users_by_shard) {
    EXPECT_LT(shard, 64u);
    EXPECT_GT(users, 800);
    EXPECT_LT(users, 1'200);
  }
}

}  // namespace
}  // namespace playhead
