#pragma once

// Nodes of a cluster in one thread, over a log, a group and a store in memory: each acts when it is told to.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cluster/ownership.h"
#include "cluster/write_behind.h"
#include "log/memory/memory_group.h"
#include "log/memory/memory_group_feed.h"
#include "log/memory/memory_log.h"
#include "support/faulty_store.h"
#include "support/updates.h"

namespace playhead::test {

class KeptLetters final : public cluster::DeadLetters {
 public:
  void put(cluster::DeadLetter letter, std::move_only_function<void(Result<void>)> done) override {
    if (refuse) return done(fail("log-unavailable", "no"));
    letters.push_back(std::move(letter));
    done({});
  }
  bool refuse = false;
  std::vector<cluster::DeadLetter> letters;
};

struct Servers {
  explicit Servers(log::Partition partitions) : log(clock, partitions) {}

  // As any node would, with the update's own partition.
  void append(std::initializer_list<model::Update> updates) { append(record_of(updates)); }
  void append(const std::string& record) {
    log.append(record, [](const Result<log::Appended>& appended) { ASSERT_TRUE(appended); });
  }

  ManualClock clock{1'000'000};
  log::MemoryLog log;
  log::MemoryGroup group{log, clock};
  FaultyStore store;
};

class NodeRig {
 public:
  // `link`: the address at which others reach it.
  NodeRig(Servers& servers, const std::string& name, cluster::OwnershipOptions options = {},
          const std::string& link = "nowhere:1")
      : servers_(servers),
        feed(servers.group, {.name = name, .address = link, .region = "dc1"}, std::chrono::seconds(30),
             log::MemoryGroupFeed::Drive::kByHand),
        ownership(feed, servers.log, servers.store, letters, stats, servers.clock, with_checkpoints(options)),
        write_behind([this] { return ownership.all(); }, feed, servers.clock,
                     {.interval = std::chrono::seconds(10), .commit_every = std::chrono::seconds(1)}) {
    ownership.on_hand_over([this](auto partitions, auto at_most) { write_behind.store_now(partitions, at_most); });
    feed.start(ownership);
  }

  ~NodeRig() { feed.stop(); }
  NodeRig(const NodeRig&) = delete;
  NodeRig& operator=(const NodeRig&) = delete;

  // Until the group and the log have nothing new for it.
  void catch_up() {
    while (feed.turn()) {
    }
  }
  void store_all() {
    const auto all = ownership.all();
    write_behind.store_now(all, std::chrono::hours(1));
  }
  // What a read at the owner would answer now, without waiting.
  RowMap rows(const std::string& user) {
    RowMap map;
    const auto partition = ownership.find(servers_.log.partition_of(user));
    if (!partition) return map;
    partition->reader().read({.user = user}, [&map](Result<apply::UserRows> rows) {
      ASSERT_TRUE(rows);
      for (const auto& row : rows->rows()) map.emplace(row.row_key, row.item);
    });
    return map;
  }

 private:
  cluster::OwnershipOptions with_checkpoints(cluster::OwnershipOptions options) {
    options.partition.view_shards = 2;
    options.partition.checkpoint = [this](log::Partition partition, log::Offset offset) {
      write_behind.checkpoint(partition, offset);
    };
    return options;
  }

  Servers& servers_;

 public:
  KeptLetters letters;
  cluster::ClusterStats stats;
  log::MemoryGroupFeed feed;
  cluster::Ownership ownership;
  cluster::WriteBehind write_behind;
};

}  // namespace playhead::test
