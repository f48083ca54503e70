#include "log/kafka/holdings.h"

#include <algorithm>
#include <utility>

namespace playhead::log::kafka {

void Holdings::add(Partition partition, Offset from, Offset committed) {
  const std::lock_guard lock(mutex_);
  held_[partition] = {.next = from, .committed = committed};
}

void Holdings::remove(std::span<const Partition> partitions) {
  const std::lock_guard lock(mutex_);
  for (const auto partition : partitions) held_.erase(partition);
}

std::vector<Partition> Holdings::partitions() const {
  const std::lock_guard lock(mutex_);
  std::vector<Partition> all;
  for (const auto& [partition, holding] : held_) all.push_back(partition);
  return all;
}

bool Holdings::has(Partition partition) const {
  const std::lock_guard lock(mutex_);
  return held_.contains(partition);
}

Step Holdings::advance(Partition partition, Offset offset, Offset end, std::int64_t appended_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(partition);
  if (found == held_.end()) return {};
  auto& holding = found->second;
  // Behind us: again what came already, unless the log no longer goes as far as we were.
  const bool cut = offset < holding.next && end < holding.next;
  if (offset < holding.next && !cut) return {};
  const Step step{.deliver = true,
                  .missed = offset > holding.next,
                  .cut = cut,
                  .damaged = std::exchange(holding.after_damage, false),
                  .expected = holding.next};
  holding.next = offset + 1;
  holding.appended_ms = appended_ms;
  return step;
}

bool Holdings::damage(Partition partition, Offset offset) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(partition);
  if (found == held_.end() || offset < found->second.next) return false;
  found->second.next = offset + 1;
  found->second.after_damage = true;
  return true;
}

std::vector<Checkpoint> Holdings::news(std::span<const Checkpoint> checkpoints) const {
  const std::lock_guard lock(mutex_);
  std::map<Partition, Offset> news;
  for (const auto& [partition, offset] : checkpoints) {
    const auto found = held_.find(partition);
    if (found == held_.end() || offset <= found->second.committed) continue;
    auto& greatest = news[partition];
    greatest = std::max(greatest, offset);
  }
  std::vector<Checkpoint> list;
  for (const auto& [partition, offset] : news) list.push_back({partition, offset});
  return list;
}

void Holdings::committed(Partition partition, Offset offset) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(partition);
  if (found != held_.end()) found->second.committed = std::max(found->second.committed, offset);
}

std::vector<Holdings::Place> Holdings::places() const {
  const std::lock_guard lock(mutex_);
  std::vector<Place> places;
  for (const auto& [partition, holding] : held_) places.push_back({partition, holding.next, holding.appended_ms});
  return places;
}

}  // namespace playhead::log::kafka
