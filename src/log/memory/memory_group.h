#pragma once

// A group over a MemoryLog: what the brokers do for a real one, and what can go wrong there at the test's word.

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "log/group_feed.h"
#include "log/memory/memory_log.h"

namespace playhead::log {

// Partitions move as they do between cooperating members: who joins or leaves moves as few as possible, and one moves
// when its owner has given it up. Any thread.
class MemoryGroup {
 public:
  // Both outlive it, and it outlives its members.
  MemoryGroup(MemoryLog& log, const Clock& clock) : log_(log), clock_(clock), lanes_(log.partitions()) {}

  Offset committed(Partition partition) const;
  // The node's session is over: its partitions go to others without its knowledge. It hears of it at its next turn,
  // and joins again.
  void expel(const std::string& name);
  // Each partition goes to the next member.
  void shuffle();
  // The record can't be read any more.
  void damage(Partition partition, Offset offset);

 private:
  friend class MemoryGroupFeed;
  using Seat = std::uint64_t;  // of a member, a new one each time that it joins; 0 is nobody
  struct Lane {
    Seat owner = 0, intended = 0;
    Offset committed = 1;
  };
  struct Changes {
    bool seated = true;
    std::vector<Partition> leaving, coming;
  };

  Seat join(const Node& node);
  void leave(Seat seat);
  Changes changes(Seat seat) const;
  // Those that are still to be given up go to nobody; nothing when the seat was lost meanwhile.
  void give_up(Seat seat, std::span<const Partition> partitions);
  // False when it is no longer meant for this member.
  bool take(Seat seat, Partition partition);
  Result<void> commit(Seat seat, std::span<const Checkpoint> checkpoints);
  Result<std::vector<Member>> members() const;
  bool damaged(Partition partition, Offset offset) const;
  void divide();

  MemoryLog& log_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Seat last_ = 0;
  std::map<Seat, Node> seats_;
  std::vector<Lane> lanes_;
  std::set<std::pair<Partition, Offset>> damaged_;
};

}  // namespace playhead::log
