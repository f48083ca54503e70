#include "log/memory/memory_log.h"

#include <algorithm>

#include "log/partitioner.h"
#include "model/user_runs.h"

namespace playhead::log {
namespace {

constexpr std::size_t kMostBytesOfARun = 64 << 10;

}  // namespace

Partition MemoryLog::partition_of(std::string_view user) const { return partition_for(user, partitions()); }

Offset MemoryLog::keep(Partition partition, std::string record) {
  std::lock_guard lock(mutex_);
  auto& lane = lanes_[partition];
  const auto offset = lane.next();
  lane.bytes += record.size();
  lane.entries.push_back({clock_.now_ms(), std::make_shared<const std::string>(std::move(record))});
  return offset;
}

void MemoryLog::append(std::string_view record, AppendDone done) {
  if (lanes_.size() == 1) return done(Appended{.offset = keep(kOnlyPartition, std::string(record))});
  model::UserRuns runs(record, kMostBytesOfARun);
  while (true) {
    const auto run = runs.next();
    if (!run) return done(std::unexpected(run.error()));
    if (!*run) return done(Appended{});
    keep(partition_of((*run)->user), std::string(runs.header()).append((*run)->updates));
  }
}

// The record at `offset`, or at the first one kept when that is later; null at `end`.
std::shared_ptr<const std::string> MemoryLog::record_at(Partition partition, Offset& offset, Offset end) const {
  std::lock_guard lock(mutex_);
  const auto& lane = lanes_[partition];
  offset = std::max(offset, lane.first);
  return offset < end ? lane.entries[offset - lane.first].record : nullptr;
}

Result<void> MemoryLog::read(Partition partition, Offset from, const Visitor& visit) {
  const Offset end = usage(partition).next;
  for (Offset offset = from; auto record = record_at(partition, offset, end); ++offset) {
    if (!visit(offset, *record)) break;
  }
  return {};
}

Result<void> MemoryLog::release(Partition partition, Offset checkpoint, const Retention& retention,
                                std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  auto& lane = lanes_[partition];
  const Offset end = std::min(checkpoint, lane.next());
  std::uint64_t behind = 0;
  for (Offset offset = lane.first; offset < end; ++offset) behind += lane.entries[offset - lane.first].record->size();
  while (lane.first < end) {
    const auto& oldest = lane.entries.front();
    const bool too_old = now_ms - oldest.appended_ms > retention.max_age.count();
    if (behind <= retention.max_bytes && !too_old) break;
    behind -= oldest.record->size();
    lane.bytes -= oldest.record->size();
    lane.entries.pop_front();
    ++lane.first;
  }
  return {};
}

LogUsage MemoryLog::usage(Partition partition) const {
  std::lock_guard lock(mutex_);
  const auto& lane = lanes_[partition];
  return {.first = lane.first, .next = lane.next(), .bytes = lane.bytes};
}

}  // namespace playhead::log
