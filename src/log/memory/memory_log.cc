#include "log/memory/memory_log.h"

#include <algorithm>

namespace playhead::log {

void MemoryLog::append(std::string_view record, AppendDone done) {
  Appended appended;
  {
    std::lock_guard lock(mutex_);
    appended.offset = first_ + entries_.size();
    entries_.push_back({clock_.now_ms(), std::make_shared<const std::string>(record)});
    bytes_ += record.size();
  }
  done(appended);
}

// The record at `offset`, or at the first one kept when that is later; null at `end`.
std::shared_ptr<const std::string> MemoryLog::record_at(Offset& offset, Offset end) const {
  std::lock_guard lock(mutex_);
  offset = std::max(offset, first_);
  return offset < end ? entries_[offset - first_].record : nullptr;
}

Result<void> MemoryLog::read(Offset from, const Visitor& visit) {
  const Offset end = usage().next;
  for (Offset offset = from; auto record = record_at(offset, end); ++offset) {
    if (!visit(offset, *record)) break;
  }
  return {};
}

Result<void> MemoryLog::trim(Offset checkpoint, const Retention& retention, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  const Offset end = std::min(checkpoint, first_ + entries_.size());
  std::uint64_t behind = 0;
  for (Offset offset = first_; offset < end; ++offset) behind += entries_[offset - first_].record->size();
  while (first_ < end) {
    const auto& oldest = entries_.front();
    const bool too_old = now_ms - oldest.appended_ms > retention.max_age.count();
    if (behind <= retention.max_bytes && !too_old) break;
    behind -= oldest.record->size();
    bytes_ -= oldest.record->size();
    entries_.pop_front();
    ++first_;
  }
  return {};
}

LogUsage MemoryLog::usage() const {
  std::lock_guard lock(mutex_);
  return {.first = first_, .next = first_ + entries_.size(), .bytes = bytes_};
}

}  // namespace playhead::log
