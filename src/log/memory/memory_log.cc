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

std::optional<MemoryLog::Kept> MemoryLog::first_from(Partition partition, Offset from) const {
  std::lock_guard lock(mutex_);
  const auto& lane = lanes_[partition];
  const auto offset = std::max(from, lane.first);
  if (offset >= lane.next()) return std::nullopt;
  const auto& entry = lane.entries[offset - lane.first];
  return Kept{.offset = offset, .appended_ms = entry.appended_ms, .record = entry.record};
}

Offset MemoryLog::first_since(Partition partition, std::int64_t since_ms) const {
  std::lock_guard lock(mutex_);
  const auto& lane = lanes_[partition];
  const auto found =
      std::ranges::find_if(lane.entries, [&](const Entry& entry) { return entry.appended_ms >= since_ms; });
  return lane.first + static_cast<Offset>(found - lane.entries.begin());
}

Result<void> MemoryLog::read(Partition partition, Offset from, const Visitor& visit) {
  const Offset end = usage(partition).next;
  for (auto kept = first_from(partition, from); kept && kept->offset < end;
       kept = first_from(partition, kept->offset + 1)) {
    if (!visit(kept->offset, *kept->record)) break;
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
