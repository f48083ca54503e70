// Two nodes that both believe to own a partition, in front of a real Cassandra: the same updates, each node with its
// own order, its own records and all of them twice, give the rows that one owner gives who reads them once in order,
// byte by byte.

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cluster/cassandra_keyspaces.h"
#include "cluster/owned_partition.h"
#include "log/memory/memory_log.h"
#include "store/cassandra/cassandra_store.h"
#include "store/memory/memory_store.h"
#include "support/updates.h"

namespace playhead::cluster {
namespace {

constexpr int kUpdates = 3'000;
constexpr int kUsers = 20;
constexpr std::int64_t kStart = 1'722'180'000'000;

std::string user(int number) { return "user-" + std::to_string(number); }

// Framed updates with everything that an item has registers for; times often collide.
std::vector<std::string> random_updates(std::uint32_t seed) {
  std::minstd_rand random(seed);
  const auto below = [&random](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  std::vector<std::string> updates;
  for (int i = 0; i < kUpdates; ++i) {
    const auto who = user(below(kUsers)), episode = std::to_string(below(8)), device = "d" + std::to_string(below(3));
    auto update = test::position(who, episode, kStart + below(400), below(3'600'000));
    update.device = device;
    update.eligible = below(4) != 0;
    update.finished = below(10) == 0;
    if (below(3) == 0) update.duration_ms = 3'600'000 + below(3) * 1'000;
    if (below(3) == 0) update.credits_at_ms = 3'000'000 + below(3) * 1'000;
    update.state = static_cast<model::State>(below(static_cast<int>(model::State::kEnded) + 1));
    if (below(12) == 0) update.mark = static_cast<model::Mark>(1 + below(static_cast<int>(model::Mark::kRemoved)));
    if (below(200) == 0) update = test::erasure(who, kStart + below(400));
    updates.push_back(test::updates_of({update}));
  }
  return updates;
}

class Owner {
 public:
  explicit Owner(store::PositionStore& store) : partition_(0, 1, 1, store, log_, stats_, times_, clock_, options()) {}

  // In records of up to `most` updates, stored now and then.
  void take(const std::vector<std::string>& updates, std::size_t most, std::minstd_rand& random) {
    for (std::size_t at = 0; at < updates.size();) {
      auto record = model::record_header(kStart);
      for (auto left = 1 + random() % most; left > 0 && at < updates.size(); --left) record += updates[at++];
      const auto applied = partition_.apply(partition_.next(), record);
      ASSERT_TRUE(applied) << applied.error().detail;
      if (random() % 50 == 0) store();
    }
    store();
  }

 private:
  static PartitionOptions options() {
    PartitionOptions options;
    options.view_shards = 4;
    return options;
  }
  void store() {
    const auto stored = partition_.flusher().flush_all();
    ASSERT_TRUE(stored) << stored.error().detail;
  }

  const ManualClock clock_{kStart};
  log::MemoryLog log_{clock_, 1};
  apply::Stats stats_;
  ReadTimes times_;
  OwnedPartition partition_;
};

std::map<std::string, test::RowMap> rows_of(store::PositionStore& store) {
  std::map<std::string, test::RowMap> rows;
  for (int i = 0; i < kUsers; ++i) {
    std::promise<Result<store::Rows>> read;
    store.read({.user = user(i)}, [&read](auto result) { read.set_value(std::move(result)); });
    const auto found = read.get_future().get();
    EXPECT_TRUE(found);
    if (found) rows[user(i)] = test::map_of(*found);
  }
  return rows;
}

TEST(TwoOwners, AtOnceShuffledAndTwiceGiveTheRowsOfOneByteByByte) {
  const auto updates = random_updates(20261123);
  store::MemoryStore in_order;
  std::minstd_rand first(0);
  Owner(in_order).take(updates, 1, first);

  store::CassandraStore cassandra(test::fresh_cassandra());
  std::vector<std::thread> owners;
  for (std::uint32_t seed = 1; seed <= 2; ++seed) {
    owners.emplace_back([&, seed, mine = updates]() mutable {
      std::minstd_rand random(seed);
      Owner owner(cassandra);
      for (int round = 0; round < 2; ++round) {
        std::ranges::shuffle(mine, random);
        owner.take(mine, 40, random);
      }
    });
  }
  for (auto& owner : owners) owner.join();
  const auto expected = rows_of(in_order);
  ASSERT_GT(std::ranges::count_if(expected, [](const auto& one) { return !one.second.empty(); }), kUsers / 2);
  EXPECT_EQ(rows_of(cassandra), expected);
}

}  // namespace
}  // namespace playhead::cluster
