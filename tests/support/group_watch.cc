#include "support/group_watch.h"

#include <utility>

#include "base/clock.h"

namespace playhead::test {

using log::Offset;
using log::Partition;

std::optional<Offset> GroupWatch::held(Partition partition) { return on_held ? on_held(partition) : std::nullopt; }

void GroupWatch::assigned(Partition partition, Offset from, Offset committed) {
  {
    const std::lock_guard lock(mutex_);
    if (next_.contains(partition)) broken_.push_back("assigned twice: " + std::to_string(partition));
    next_[partition] = from;
    starts_[partition] = {from, committed};
  }
  ++assigned_;
  if (on_assigned) on_assigned(partition);
}

void GroupWatch::drop(std::span<const Partition> partitions, const char* how) {
  const std::lock_guard lock(mutex_);
  for (const auto partition : partitions) {
    if (next_.erase(partition) == 0) broken_.push_back(how + (" what was not ours: " + std::to_string(partition)));
  }
}

void GroupWatch::revoked(std::span<const Partition> partitions) {
  if (on_revoked) on_revoked(partitions);
  drop(partitions, "revoked");
  ++revoked_;
}

void GroupWatch::lost(std::span<const Partition> partitions) {
  drop(partitions, "lost");
  ++lost_;
}

void GroupWatch::settled() { ++settled_; }

void GroupWatch::record(Partition partition, Offset offset, std::int64_t appended_ms, std::string_view record) {
  const std::lock_guard lock(mutex_);
  const auto next = next_.find(partition);
  const auto here = std::to_string(partition) + " record " + std::to_string(offset);
  if (next == next_.end()) {
    broken_.push_back("a record of what is not ours: " + here);
  } else if (std::exchange(next->second, offset + 1) != offset) {
    broken_.push_back("not the next record: " + here);
  }
  seen_[partition].push_back({offset, appended_ms, std::string(record), SystemClock().now_ms()});
  ++seen_count_;
}

void GroupWatch::damaged(Partition partition, Offset first, Offset next, const Error& error) {
  const std::lock_guard lock(mutex_);
  // At the start of an assignment the first is before it.
  if (next_.contains(partition)) next_[partition] = next;
  damages_.push_back(std::string(error.code) + " " + std::to_string(first) + " " + std::to_string(next));
  if (error.detail.find(std::to_string(partition)) == std::string::npos) broken_.push_back("says not where");
}

void GroupWatch::turn_over() {
  ++turns_;
  {
    std::unique_lock lock(mutex_);
    blocked_ = block_;
    wake_.notify_all();
    wake_.wait(lock, [&] { return !block_; });
    blocked_ = false;
  }
  if (on_turn) on_turn();
}

std::set<Partition> GroupWatch::owned() const {
  const std::lock_guard lock(mutex_);
  std::set<Partition> owned;
  for (const auto& [partition, next] : next_) owned.insert(partition);
  return owned;
}

std::map<Partition, Offset> GroupWatch::next() const {
  const std::lock_guard lock(mutex_);
  return next_;
}

std::optional<GroupWatch::Start> GroupWatch::start_of(Partition partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = starts_.find(partition);
  return found != starts_.end() ? std::optional(found->second) : std::nullopt;
}

std::vector<GroupWatch::Seen> GroupWatch::seen(Partition partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(partition);
  return found != seen_.end() ? found->second : std::vector<Seen>{};
}

std::set<Offset> GroupWatch::offsets(Partition partition) const {
  std::set<Offset> offsets;
  for (const auto& seen : seen(partition)) offsets.insert(seen.offset);
  return offsets;
}

std::vector<std::string> GroupWatch::damages() const {
  const std::lock_guard lock(mutex_);
  return damages_;
}

std::vector<std::string> GroupWatch::broken_promises() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

void GroupWatch::block() {
  const std::lock_guard lock(mutex_);
  block_ = true;
}

void GroupWatch::release() {
  {
    const std::lock_guard lock(mutex_);
    block_ = false;
  }
  wake_.notify_all();
}

void GroupWatch::wait_until_blocked() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return blocked_; });
}

}  // namespace playhead::test
