#pragma once

// A node of a cluster in memory (node_rig.h) with its real link to others on loopback, and whoever follows users
// there.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cluster/cluster_state.h"
#include "cluster/followers.h"
#include "cluster/owner_directory.h"
#include "cluster/peer_followers.h"
#include "link/peers.h"
#include "link/server.h"
#include "support/node_rig.h"

namespace playhead::test {

class LinkedNode {
 public:
  LinkedNode(Servers& servers, const std::string& name)
      : loops_(1),
        link_(std::make_unique<link::LinkServer>(
            loops_, "127.0.0.1", 0, key(), link_options(), clock_, counters_,
            [this](std::uint32_t kind, std::string payload, link::Responder responder) {
              state.answer_peer(kind, std::move(payload), std::move(responder));
            })),
        address("127.0.0.1:" + std::to_string(link_->port())),
        rig(servers, name, {}, address),
        directory(rig.feed, {.name = name, .address = address, .region = "dc1"},
                  {.refresh_every = std::chrono::milliseconds(5), .refresh_at_least = std::chrono::milliseconds(1)}),
        peers_(std::make_unique<link::Peers>(loops_, key(), link_options(), clock_, counters_)),
        state(rig.ownership, directory, *peers_, servers.log, servers.store, nullptr, rig.stats, {}),
        followers(rig.ownership, directory, *peers_, state, servers.log, rig.stats, clock_,
                  {.first_retry = std::chrono::milliseconds(2), .last_retry = std::chrono::milliseconds(20)}),
        peer_followers(rig.ownership) {
    state.on_follow = [this](const cluster::PartitionPtr& partition, std::string user, link::Responder responder) {
      peer_followers.follow(partition, std::move(user), std::move(responder));
    };
    state.on_no_owner = followers.on_no_owner = [this] { directory.refresh_soon(); };
    directory.start();
  }
  ~LinkedNode() {
    followers.stop();
    directory.stop();
    rig.feed.stop();
    link_.reset();
    peers_.reset();
  }
  LinkedNode(const LinkedNode&) = delete;
  LinkedNode& operator=(const LinkedNode&) = delete;

  void turn() {
    rig.feed.turn();
    peer_followers.turn();
    followers.turn();
  }

 private:
  static link::LinkKey key() { return link::LinkKey::derive("a secret of more than sixteen bytes").value(); }
  static link::LinkOptions link_options() {
    link::LinkOptions options;
    options.min_retry_pause = std::chrono::milliseconds(2);
    options.max_retry_pause = std::chrono::milliseconds(10);
    return options;
  }

  SystemClock clock_;
  link::LinkCounters counters_;
  link::Loops loops_;
  std::unique_ptr<link::LinkServer> link_;

 public:
  const std::string address;
  NodeRig rig;
  cluster::OwnerDirectory directory;

 private:
  std::unique_ptr<link::Peers> peers_;

 public:
  cluster::ClusterState state;
  cluster::Followers followers;
  cluster::PeerFollowers peer_followers;
};

// Whoever follows: keeps what it was told.
class Told final : public push::Subscriber {
 public:
  void deliver(std::uint64_t, const push::EventPtr& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }
  std::vector<push::EventPtr> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  // The rows as this follower knows them from all it was told; before the first snapshot, none.
  RowMap rows() const {
    RowMap map;
    for (const auto& event : events()) {
      if (event->kind == push::EventKind::kSnapshot) map.clear();
      for (const auto& row : event->rows) map.insert_or_assign(row.row_key, row.item);
    }
    return map;
  }
  // Of the last snapshot.
  bool stale() const {
    bool stale = true;
    for (const auto& event : events()) {
      if (event->kind == push::EventKind::kSnapshot) stale = event->stale;
    }
    return stale;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<push::EventPtr> events_;
};

}  // namespace playhead::test
