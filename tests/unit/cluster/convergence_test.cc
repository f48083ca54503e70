// Whatever happens to nodes and partitions, what the log took is in the store at the end, as merging it in one go
// gives it, byte by byte; and whoever owns a user and has read to the log's end answers with all of it.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "model/item.h"
#include "support/node_rig.h"

namespace playhead::cluster {
namespace {

using test::NodeRig;
using test::RowMap;
using test::Servers;
using Fault = test::FaultyStore::Fault;

constexpr log::Partition kPartitions = 3;

class World {
 public:
  World() {
    servers_.store.decide = [this](auto call) {
      if (!faulty_ || call == test::FaultyStore::Call::kRead) return Fault::kNone;
      return *rc::gen::weightedElement<Fault>({{5, Fault::kNone}, {1, Fault::kRefuse}, {1, Fault::kDoAndFail}});
    };
  }

  void step() {
    switch (*rc::gen::weightedElement<int>({{8, 0}, {8, 1}, {4, 2}, {3, 3}, {2, 4}, {1, 5}, {1, 6}, {1, 7}})) {
      case 0: return append();
      case 1: return with_node([](NodeRig& node) { node.feed.turn(); });
      case 2: return with_node([](NodeRig& node) { node.write_behind.turn(); });
      case 3: return servers_.clock.advance(std::chrono::milliseconds(*rc::gen::inRange(1, 4'000)));
      case 4: return join();
      case 5: return with_node([this](NodeRig& node) { leave(node); });
      case 6: return with_node([this](NodeRig& node) { crash(node); });
      default: return with_node([this](NodeRig& node) { servers_.group.expel(name_of(node)); });
    }
  }

  void check() {
    faulty_ = false;
    if (nodes_.empty()) join();
    for (int i = 0; i < 50; ++i) {
      for (auto& [_, node] : nodes_) {
        node->catch_up();
        node->write_behind.turn();
      }
      servers_.clock.advance(std::chrono::seconds(2));
    }
    for (const auto& [user, rows] : expected_) RC_ASSERT(answer(user) == rows);
    for (auto& [_, node] : nodes_) node->store_all();
    for (const auto& [user, rows] : expected_) RC_ASSERT(stored(user) == rows);
  }

 private:
  void append() {
    auto update = test::position("", "", *rc::gen::inRange(1, 1'000), *rc::gen::inRange(0, 3'600'000));
    user_ = "user-" + std::to_string(*rc::gen::inRange(0, 6));
    episode_ = std::to_string(*rc::gen::inRange(0, 3));
    update.user = {user_};
    update.episode = {episode_};
    update.state = *rc::gen::element(model::State::kPlaying, model::State::kPlaying, model::State::kStopped);
    servers_.append({update});
    const auto row = test::row_of(update);
    model::merge_items(expected_[user_][row.row_key], row.item);
  }

  void with_node(auto&& act) {
    if (nodes_.empty()) return;
    act(*std::next(nodes_.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(nodes_)))->second);
  }
  void join() {
    if (nodes_.size() == 3) return;
    const auto name = "node" + std::to_string(++named_);
    nodes_[name] = std::make_unique<NodeRig>(servers_, name);
  }
  void leave(NodeRig& node) {
    node.feed.stop();
    nodes_.erase(name_of(node));
  }
  void crash(NodeRig& node) {
    const auto name = name_of(node);
    node.feed.crash();
    nodes_.erase(name);
    servers_.group.expel(name);
  }
  std::string name_of(const NodeRig& node) {
    for (const auto& [name, one] : nodes_) {
      if (one.get() == &node) return name;
    }
    return {};
  }

  RowMap answer(const std::string& user) {
    const auto partition = servers_.log.partition_of(user);
    for (auto& [_, node] : nodes_) {
      const auto owned = node->ownership.find(partition);
      if (owned && owned->next() == servers_.log.usage(partition).next) return node->rows(user);
    }
    RC_FAIL("nobody who owns " + user + " has read to the end");
    return {};
  }
  RowMap stored(const std::string& user) {
    RowMap map;
    servers_.store.read({.user = user}, [&map](const Result<store::Rows>& rows) { map = test::map_of(*rows); });
    return map;
  }

  Servers servers_{kPartitions};
  bool faulty_ = true;
  int named_ = 0;
  std::map<std::string, std::unique_ptr<NodeRig>> nodes_;
  std::map<std::string, RowMap> expected_;
  std::string user_, episode_;
};

RC_GTEST_PROP(Convergence, WhatTheLogTookIsInTheStoreWhateverHappensToNodes, ()) {
  World world;
  const int steps = *rc::gen::inRange(1, 150);
  for (int i = 0; i < steps; ++i) world.step();
  world.check();
}

}  // namespace
}  // namespace playhead::cluster
