#include "log/memory/memory_group_feed.h"

#include <algorithm>
#include <utility>

namespace playhead::log {
namespace {

// Of a partition in a turn: others want theirs.
constexpr int kMostInATurn = 100;

Error gap(Partition partition) {
  return {"log-gap", "Partition " + std::to_string(partition) +
                         " was forgotten by the log's retention before all of it was stored."};
}

}  // namespace

void MemoryGroupFeed::start(GroupHandler& handler) {
  handler_ = &handler;
  seat_ = group_.join(node_);
  if (drive_ == Drive::kByHand) return;
  thread_ = std::thread([this] {
    while (!stopping_) {
      if (!turn()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
}

void MemoryGroupFeed::end_thread() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void MemoryGroupFeed::stop() {
  end_thread();
  auto* const handler = std::exchange(handler_, nullptr);
  if (handler == nullptr) return;
  if (const auto left = owned(); !left.empty()) {
    if (group_.changes(seat_).seated) {
      handler->revoked(left);
    } else {
      handler->lost(left);
    }
    forget(left);
  }
  group_.leave(seat_.exchange(0));
}

void MemoryGroupFeed::crash() {
  end_thread();
  handler_ = nullptr;
}

bool MemoryGroupFeed::turn() {
  if (handler_ == nullptr) return false;
  bool busy = follow_group();
  for (const auto partition : owned()) busy |= hand_over(partition);
  handler_->turn_over();
  return busy;
}

bool MemoryGroupFeed::follow_group() {
  auto changes = group_.changes(seat_);
  bool changed = false;
  if (!changes.seated) {
    const auto all = owned();
    forget(all);
    if (!all.empty()) handler_->lost(all);
    seat_ = group_.join(node_);
    changes = group_.changes(seat_);
    changed = true;
  }
  if (!changes.leaving.empty()) {
    handler_->revoked(changes.leaving);
    forget(changes.leaving);
    group_.give_up(seat_, changes.leaving);
    changed = true;
  }
  for (const auto partition : changes.coming) {
    if (group_.take(seat_, partition)) {
      take(partition);
      changed = true;
    }
  }
  if (changed) handler_->settled();
  return changed;
}

void MemoryGroupFeed::take(Partition partition) {
  const auto committed = group_.committed(partition);
  const auto recent = group_.log_.first_since(partition, group_.clock_.now_ms() - presence_window_.count());
  const auto held = handler_->held(partition);
  const auto wanted = held ? *held : committed;
  const auto first = group_.log_.usage(partition).first;
  const auto from = std::max(held ? *held : std::min(committed, recent), first);
  {
    const std::lock_guard lock(mutex_);
    held_[partition] = {.next = from};
  }
  handler_->assigned(partition, from, committed);
  if (wanted < from) handler_->damaged(partition, wanted, from, gap(partition));
}

// True when there was a record.
bool MemoryGroupFeed::hand_over(Partition partition) {
  for (int i = 0; i < kMostInATurn; ++i) {
    std::optional<MemoryLog::Kept> kept;
    Offset expected = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto found = held_.find(partition);
      if (found == held_.end() || found->second.paused) return i > 0;
      kept = group_.log_.first_from(partition, found->second.next);
      if (!kept) return i > 0;
      expected = std::exchange(found->second.next, kept->offset + 1);
      found->second.appended_ms = kept->appended_ms;
    }
    if (expected < kept->offset) handler_->damaged(partition, expected, kept->offset, gap(partition));
    if (group_.damaged(partition, kept->offset)) {
      handler_->damaged(partition, kept->offset, kept->offset + 1,
                        {"log-corrupt", "Partition " + std::to_string(partition) + ", record " +
                                            std::to_string(kept->offset) + ", cannot be read back."});
    } else {
      handler_->record(partition, kept->offset, kept->appended_ms, *kept->record);
    }
  }
  return true;
}

Result<void> MemoryGroupFeed::commit(std::span<const Checkpoint> checkpoints) {
  return group_.commit(seat_, checkpoints);
}

std::vector<Lag> MemoryGroupFeed::lag() const {
  const std::lock_guard lock(mutex_);
  std::vector<Lag> lags;
  for (const auto& [partition, holding] : held_) {
    const auto end = group_.log_.usage(partition).next;
    const auto records = end > holding.next ? end - holding.next : 0;
    const auto age = records > 0 && holding.appended_ms > 0 ? group_.clock_.now_ms() - holding.appended_ms : 0;
    lags.push_back({partition, records, std::chrono::milliseconds(std::max<std::int64_t>(age, 0))});
  }
  return lags;
}

std::vector<Partition> MemoryGroupFeed::owned() const {
  const std::lock_guard lock(mutex_);
  std::vector<Partition> all;
  for (const auto& [partition, holding] : held_) all.push_back(partition);
  return all;
}

void MemoryGroupFeed::forget(std::span<const Partition> partitions) {
  const std::lock_guard lock(mutex_);
  for (const auto partition : partitions) held_.erase(partition);
}

void MemoryGroupFeed::set_paused(Partition partition, bool paused) {
  const std::lock_guard lock(mutex_);
  if (const auto found = held_.find(partition); found != held_.end()) found->second.paused = paused;
}

}  // namespace playhead::log
