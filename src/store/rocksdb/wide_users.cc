#include "store/rocksdb/wide_users.h"

#include <algorithm>
#include <utility>

namespace playhead::store {

std::shared_ptr<const Rows> WideUsers::find(std::string_view user) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(user);
  if (found == entries_.end()) return nullptr;
  found->second.asked = ++clock_;
  return found->second.rows;
}

WideUsers::Ticket WideUsers::ticket(std::string_view user) const {
  const std::lock_guard lock(mutex_);
  return changes_[slot(user)];
}

void WideUsers::put(std::string_view user, const Rows& rows, Ticket ticket) {
  if (rows.size() < min_rows_ || rows.memory_bytes() > max_bytes_) return;
  auto kept = std::make_shared<const Rows>(rows);
  const auto bytes = kept->memory_bytes();
  const std::lock_guard lock(mutex_);
  if (changes_[slot(user)] != ticket) return;
  auto& entry = entries_[std::string(user)];
  bytes_ += bytes - entry.bytes;
  entry = {.rows = std::move(kept), .bytes = bytes, .asked = ++clock_};
  evict();
}

void WideUsers::evict() {
  // There are at most some hundred, since each has many rows.
  while (bytes_ > max_bytes_) {
    const auto oldest = std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.asked; });
    bytes_ -= oldest->second.bytes;
    entries_.erase(oldest);
  }
}

void WideUsers::forget_locked(std::string_view user) {
  ++changes_[slot(user)];
  if (entries_.empty()) return;
  const auto found = entries_.find(user);
  if (found == entries_.end()) return;
  bytes_ -= found->second.bytes;
  entries_.erase(found);
}

void WideUsers::forget_all() {
  const std::lock_guard lock(mutex_);
  for (auto& change : changes_) ++change;
  entries_.clear();
  bytes_ = 0;
}

}  // namespace playhead::store
