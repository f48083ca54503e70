#include "push/live_counts.h"

#include <utility>

#include "base/hashed_id.h"
#include "model/item.h"

namespace playhead::push {
namespace {

// Keys of different kinds never meet: ids hold no control characters.
std::string any_show_key(std::string_view episode) { return std::string("\x01").append(episode); }
const std::string kAll = "\x02";

}  // namespace

void LiveCounts::add_one(const std::string& key, int by) {
  auto& shard = shards_[shard_of(HashedId(key), kShards)];
  const std::lock_guard lock(shard.mutex);
  auto& count = shard.counts[key];
  count += static_cast<std::uint64_t>(static_cast<std::int64_t>(by));
  if (count == 0) shard.counts.erase(key);
}

void LiveCounts::add(std::string_view show, std::string_view episode, int by) {
  if (!show.empty()) add_one(model::show_prefix(show), by);
  if (!episode.empty()) add_one(any_show_key(episode), by);
  if (!show.empty() && !episode.empty()) add_one(model::row_key(show, episode), by);
  add_one(kAll, by);
}

std::uint64_t LiveCounts::count(const std::string& key) const {
  const auto& shard = shards_[shard_of(HashedId(key), kShards)];
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.counts.find(key);
  return found == shard.counts.end() ? 0 : found->second;
}

std::uint64_t LiveCounts::of_episode(std::string_view episode) const { return count(any_show_key(episode)); }
std::uint64_t LiveCounts::of_episode(std::string_view show, std::string_view episode) const {
  return count(model::row_key(show, episode));
}
std::uint64_t LiveCounts::of_show(std::string_view show) const { return count(model::show_prefix(show)); }
std::uint64_t LiveCounts::all() const { return count(kAll); }

}  // namespace playhead::push
