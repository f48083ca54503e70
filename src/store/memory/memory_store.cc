#include "store/memory/memory_store.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "model/item.h"
#include "store/erasure.h"

namespace playhead::store {

Result<void> MemoryStore::merge(std::span<const ItemWrite> writes, std::uint64_t checkpoint) {
  const auto in_batch = batch_erasures(writes);
  std::unique_lock lock(mutex_);
  for (const auto& write : writes) {
    if (!model::valid_item(write.item)) continue;
    auto& rows = users_[std::string(write.user)];
    auto covered = find_erasure(in_batch, write.user);
    if (const auto own = rows.find(model::kUserRow); own != rows.end()) {
      covered = std::max(covered, erased_up_to(own->second));
    }
    const auto kept = covered ? model::drop_up_to(write.item, *covered) : std::string(write.item);
    if (!kept.empty()) {
      model::merge_items(rows.try_emplace(std::string(write.row_key)).first->second, kept);
    }
  }
  checkpoint_ = checkpoint;
  return {};
}

Result<void> MemoryStore::erase(std::string_view user, std::int64_t up_to_ms) {
  std::unique_lock lock(mutex_);
  const auto found = users_.find(std::string(user));
  if (found == users_.end()) return {};
  for (auto& [key, item] : found->second) item = model::drop_up_to(item, up_to_ms);
  std::erase_if(found->second, [](const auto& row) { return row.second.empty(); });
  return {};
}

Result<void> MemoryStore::remove(std::string_view user, std::span<const std::string> row_keys) {
  std::unique_lock lock(mutex_);
  const auto found = users_.find(std::string(user));
  if (found == users_.end()) return {};
  for (const auto& key : row_keys) found->second.erase(key);
  return {};
}

void MemoryStore::read(Query query, ReadDone done) {
  Rows answer;
  {
    std::shared_lock lock(mutex_);
    if (const auto found = users_.find(query.user); found != users_.end()) {
      for (const auto& [key, item] : found->second) {
        const bool wanted =
            !query.row_prefix || (query.exact ? key == *query.row_prefix : key.starts_with(*query.row_prefix));
        if (wanted || key == model::kUserRow) answer.append(key, item);
      }
    }
  }
  done(std::move(answer));
}

Result<std::uint64_t> MemoryStore::checkpoint() {
  std::shared_lock lock(mutex_);
  return checkpoint_;
}

}  // namespace playhead::store
