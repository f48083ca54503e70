#pragma once

// Whoever follows this node's users from other nodes: each is a stream of the link, which ends when the user's
// partition goes, so that the other node looks for the next owner.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "cluster/owned_partition.h"
#include "cluster/ownership.h"
#include "link/responder.h"

namespace playhead::cluster {

class PeerFollowers {
 public:
  // The ownership outlives it.
  explicit PeerFollowers(const Ownership& ownership);
  ~PeerFollowers();
  PeerFollowers(const PeerFollowers&) = delete;
  PeerFollowers& operator=(const PeerFollowers&) = delete;

  // Answers kFollow. A reader that is too slow, for whom too much waits, loses its stream, and asks anew. Any thread.
  void follow(const PartitionPtr& partition, std::string user, link::Responder responder);
  // Ends the streams of partitions that went; some 20 times a second, one thread.
  void turn();
  std::size_t size() const;

 private:
  struct Follower;
  // What the streams' callbacks on the link's thread need, which may outlive this.
  struct Shared;

  const Ownership& ownership_;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace playhead::cluster
