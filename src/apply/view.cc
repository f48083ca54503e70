#include "apply/view.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>

#include "model/item.h"

namespace playhead::apply {
namespace {

constexpr auto kNone = std::numeric_limits<log::Offset>::max();

struct Row {
  std::string key;
  std::string item;
  bool dirty = true;      // holds something that no flush has taken yet
  bool flushing = false;  // a copy of it is on its way to the store

  std::int64_t bytes() const { return static_cast<std::int64_t>(sizeof(Row) + key.capacity() + item.capacity()); }
};

struct UserRows {
  std::vector<Row> rows;  // in key order
};

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// What the map itself needs for a user: key, vector and a share of the free slots.
constexpr std::int64_t kUserBytes = 2 * (sizeof(std::string) + sizeof(UserRows));

auto position_of(std::vector<Row>& rows, std::string_view key) {
  // Most users have one row here; where there are many, an upload brings them in order.
  if (rows.empty() || rows.back().key < key) return rows.end();
  return std::ranges::lower_bound(rows, key, {}, [](const Row& row) -> std::string_view { return row.key; });
}

bool selected(const store::Query& query, std::string_view key) {
  if (!query.row_prefix || key == model::kUserRow) return true;
  return query.exact ? key == *query.row_prefix : key.starts_with(*query.row_prefix);
}

}  // namespace

struct View::Shard {
  mutable std::mutex mutex;
  boost::unordered_flat_map<std::string, UserRows, Hash, std::equal_to<>> users;
  std::vector<FlushBatch::Erasure> erasures;
  // The oldest record with something in this shard that no flush has taken; and that the running flush has.
  log::Offset dirty_from = kNone;
  log::Offset flushing_from = kNone;
};

View::View(std::size_t shards) : shard_count_(shards), shards_(std::make_unique<Shard[]>(shards)) {}
View::~View() = default;

View::Shard& View::shard_of(std::string_view user) const {
  // The map inside uses the same hash: take the shard from bits that it does not depend on alone.
  return shards_[(Hash{}(user) >> 20) % shard_count_];
}

bool View::merge(std::string_view user, std::string_view row_key, std::string_view item, log::Offset offset) {
  auto& shard = shard_of(user);
  const std::lock_guard lock(shard.mutex);
  auto found = shard.users.find(user);
  if (found == shard.users.end()) {
    found = shard.users.emplace(std::string(user), UserRows{}).first;
    bytes_.fetch_add(kUserBytes + static_cast<std::int64_t>(found->first.capacity()), std::memory_order_relaxed);
  }
  auto& rows = found->second.rows;
  auto row = position_of(rows, row_key);
  bool changed = true;
  if (row == rows.end() || row->key != row_key) {
    row = rows.emplace(row, Row{.key = std::string(row_key), .item = std::string(item)});
    bytes_.fetch_add(row->bytes(), std::memory_order_relaxed);
    rows_.fetch_add(1, std::memory_order_relaxed);
  } else {
    const auto before = row->bytes();
    changed = model::merge_items(row->item, item);
    if (!changed) return false;
    bytes_.fetch_add(row->bytes() - before, std::memory_order_relaxed);
    row->dirty = true;
  }
  shard.dirty_from = std::min(shard.dirty_from, offset);
  return changed;
}

void View::erase(std::string_view user, std::int64_t up_to_ms, log::Offset offset) {
  auto& shard = shard_of(user);
  const std::lock_guard lock(shard.mutex);
  shard.erasures.push_back({std::string(user), up_to_ms});
  shard.dirty_from = std::min(shard.dirty_from, offset);
  const auto found = shard.users.find(user);
  if (found == shard.users.end()) return;
  std::erase_if(found->second.rows, [&](Row& row) {
    const auto before = row.bytes();
    row.item = model::drop_up_to(row.item, up_to_ms);
    // A row with a copy on its way stays until that flush ends; empty, it merges as nothing.
    const bool gone = row.item.empty() && !row.flushing;
    bytes_.fetch_sub(gone ? before : before - row.bytes(), std::memory_order_relaxed);
    if (gone) rows_.fetch_sub(1, std::memory_order_relaxed);
    return gone;
  });
}

void View::applied(log::Offset next) { applied_.store(next, std::memory_order_release); }
log::Offset View::applied() const { return applied_.load(std::memory_order_acquire); }

store::Rows View::copy(const store::Query& query) const {
  store::Rows out;
  const auto& shard = shard_of(query.user);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.users.find(std::string_view(query.user));
  if (found == shard.users.end()) return out;
  for (const auto& row : found->second.rows) {
    if (!row.item.empty() && selected(query, row.key)) out.append(row.key, row.item);
  }
  return out;
}

FlushBatch View::begin_flush(std::size_t index) {
  FlushBatch batch;
  batch.shard_ = index;
  struct Part {
    std::size_t user, key, item;
  };
  std::vector<Part> parts;
  auto& shard = shards_[index];
  {
    const std::lock_guard lock(shard.mutex);
    for (auto& [user, rows] : shard.users) {
      for (auto& row : rows.rows) {
        if (!row.dirty) continue;
        row.dirty = false;
        row.flushing = true;
        if (row.item.empty()) continue;
        parts.push_back({user.size(), row.key.size(), row.item.size()});
        batch.bytes_.append(user).append(row.key).append(row.item);
      }
    }
    batch.erasures_.swap(shard.erasures);
    shard.flushing_from = shard.dirty_from;
    shard.dirty_from = kNone;
  }
  batch.writes_.reserve(parts.size());
  std::string_view rest = batch.bytes_;
  const auto take = [&rest](std::size_t size) {
    const auto taken = rest.substr(0, size);
    rest.remove_prefix(size);
    return taken;
  };
  for (const auto& part : parts) {
    const auto user = take(part.user);
    const auto key = take(part.key);
    batch.writes_.push_back({.user = user, .row_key = key, .item = take(part.item)});
  }
  return batch;
}

void View::finish_flush(const FlushBatch& batch, bool stored) {
  auto& shard = shards_[batch.shard_];
  const std::lock_guard lock(shard.mutex);
  if (!stored) {
    shard.dirty_from = std::min(shard.dirty_from, shard.flushing_from);
    shard.erasures.insert(shard.erasures.begin(), batch.erasures_.begin(), batch.erasures_.end());
  }
  shard.flushing_from = kNone;
  std::int64_t freed = 0, removed = 0;
  boost::unordered::erase_if(shard.users, [&](auto& entry) {
    auto& rows = entry.second.rows;
    std::erase_if(rows, [&](Row& row) {
      if (!row.flushing) return false;
      row.flushing = false;
      if (!stored) row.dirty = true;
      if (row.dirty && !row.item.empty()) return false;
      freed += row.bytes();
      ++removed;
      return true;
    });
    if (!rows.empty()) return false;
    freed += kUserBytes + static_cast<std::int64_t>(entry.first.capacity());
    return true;
  });
  bytes_.fetch_sub(freed, std::memory_order_relaxed);
  rows_.fetch_sub(removed, std::memory_order_relaxed);
}

log::Offset View::checkpoint() const {
  // First what is applied, then the shards: whatever is merged meanwhile lies at or after it.
  auto lowest = applied();
  for (std::size_t i = 0; i < shard_count_; ++i) {
    const std::lock_guard lock(shards_[i].mutex);
    lowest = std::min(lowest, shards_[i].dirty_from);
  }
  return lowest;
}

std::uint64_t View::bytes() const {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes_.load(std::memory_order_relaxed)));
}
std::uint64_t View::rows() const {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, rows_.load(std::memory_order_relaxed)));
}

}  // namespace playhead::apply
