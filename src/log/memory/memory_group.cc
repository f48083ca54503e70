#include "log/memory/memory_group.h"

#include <algorithm>
#include <iterator>

namespace playhead::log {

Offset MemoryGroup::committed(Partition partition) const {
  const std::lock_guard lock(mutex_);
  return lanes_[partition].committed;
}

void MemoryGroup::expel(const std::string& name) {
  Seat seat = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(seats_, [&](const auto& entry) { return entry.second.name == name; });
    if (found != seats_.end()) seat = found->first;
  }
  leave(seat);
}

void MemoryGroup::shuffle() {
  const std::lock_guard lock(mutex_);
  for (auto& lane : lanes_) {
    const auto next = seats_.upper_bound(lane.intended);
    lane.intended = next != seats_.end() ? next->first : seats_.empty() ? 0 : seats_.begin()->first;
  }
}

void MemoryGroup::damage(Partition partition, Offset offset) {
  const std::lock_guard lock(mutex_);
  damaged_.emplace(partition, offset);
}

bool MemoryGroup::damaged(Partition partition, Offset offset) const {
  const std::lock_guard lock(mutex_);
  return damaged_.contains({partition, offset});
}

MemoryGroup::Seat MemoryGroup::join(const Node& node) {
  const std::lock_guard lock(mutex_);
  seats_.emplace(++last_, node);
  divide();
  return last_;
}

void MemoryGroup::leave(Seat seat) {
  const std::lock_guard lock(mutex_);
  if (seats_.erase(seat) == 0) return;
  for (auto& lane : lanes_) {
    if (lane.owner == seat) lane.owner = 0;
    if (lane.intended == seat) lane.intended = 0;
  }
  divide();
}

// Evenly, and so that as few as possible move.
void MemoryGroup::divide() {
  if (seats_.empty()) return;
  std::map<Seat, std::size_t> shares;
  for (const auto& [seat, node] : seats_) shares[seat] = 0;
  const auto fewest = lanes_.size() / seats_.size();
  auto with_one_more = lanes_.size() % seats_.size();
  for (auto& lane : lanes_) {
    if (lane.intended == 0) continue;
    auto& share = shares[lane.intended];
    if (share < fewest || (share == fewest && with_one_more > 0)) {
      if (share++ == fewest) --with_one_more;
    } else {
      lane.intended = 0;
    }
  }
  for (auto& lane : lanes_) {
    if (lane.intended != 0) continue;
    const auto least = std::ranges::min_element(shares, {}, [](const auto& share) { return share.second; });
    lane.intended = least->first;
    ++least->second;
  }
}

MemoryGroup::Changes MemoryGroup::changes(Seat seat) const {
  const std::lock_guard lock(mutex_);
  Changes changes{.seated = seats_.contains(seat)};
  for (Partition partition = 0; partition < lanes_.size(); ++partition) {
    const auto& lane = lanes_[partition];
    if (lane.owner == seat && lane.intended != seat) changes.leaving.push_back(partition);
    if (lane.owner == 0 && lane.intended == seat) changes.coming.push_back(partition);
  }
  return changes;
}

void MemoryGroup::give_up(Seat seat, std::span<const Partition> partitions) {
  const std::lock_guard lock(mutex_);
  for (const auto partition : partitions) {
    if (lanes_[partition].owner == seat) lanes_[partition].owner = 0;
  }
}

bool MemoryGroup::take(Seat seat, Partition partition) {
  const std::lock_guard lock(mutex_);
  auto& lane = lanes_[partition];
  if (lane.owner != 0 || lane.intended != seat) return false;
  lane.owner = seat;
  return true;
}

Result<void> MemoryGroup::commit(Seat seat, std::span<const Checkpoint> checkpoints) {
  const std::lock_guard lock(mutex_);
  Result<void> result;
  for (const auto& [partition, offset] : checkpoints) {
    auto& lane = lanes_[partition];
    if (seat != 0 && lane.owner == seat) {
      lane.committed = std::max(lane.committed, offset);
    } else {
      result =
          fail("not-owner", "Partition " + std::to_string(partition) + " is not this node's: its checkpoint stays.");
    }
  }
  return result;
}

Result<std::vector<Member>> MemoryGroup::members() const {
  const std::lock_guard lock(mutex_);
  std::map<Seat, Member> by_seat;
  for (const auto& [seat, node] : seats_) by_seat[seat].node = node;
  for (Partition partition = 0; partition < lanes_.size(); ++partition) {
    const auto& lane = lanes_[partition];
    if (lane.owner != lane.intended) return fail("log-unsettled", "The group is dividing its partitions anew.");
    if (lane.owner != 0) by_seat[lane.owner].partitions.push_back(partition);
  }
  std::vector<Member> members;
  for (auto& [seat, member] : by_seat) members.push_back(std::move(member));
  std::ranges::sort(members, {}, [](const Member& member) { return member.node.name; });
  return members;
}

}  // namespace playhead::log
