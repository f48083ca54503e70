#include "apply/view.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <iterator>
#include <limits>
#include <utility>

#include "base/hash_index.h"
#include "model/item.h"

namespace playhead::apply {
namespace {

constexpr auto kNone = std::numeric_limits<log::Offset>::max();

struct Row {
  std::string key;
  std::string item;
  bool dirty = true;      // holds something that no flush has taken yet
  bool flushing = false;  // a copy of it is on its way to the store
  bool urgent = false;    // dirty, and not to wait for its shard's turn

  std::int64_t bytes() const { return static_cast<std::int64_t>(sizeof(Row) + key.capacity() + item.capacity()); }
};

struct User {
  std::uint64_t hash;
  std::string id;
  // In key order. Most users have one row here: it lies in the user's own memory.
  boost::container::small_vector<Row, 1> rows;

  // With what the index needs for it.
  std::int64_t bytes() const { return static_cast<std::int64_t>(sizeof(User) + id.capacity() + 32); }
};

auto position_of(auto& rows, std::string_view key) {
  // Where there are many, an upload brings them in order.
  if (rows.empty() || rows.back().key < key) return rows.end();
  return std::ranges::lower_bound(rows, key, {}, [](const Row& row) -> std::string_view { return row.key; });
}

void erase_rows(auto& rows, auto&& gone) { rows.erase(std::remove_if(rows.begin(), rows.end(), gone), rows.end()); }

bool selected(const store::Query& query, std::string_view key) {
  if (!query.row_prefix || key == model::kUserRow) return true;
  return query.exact ? key == *query.row_prefix : key.starts_with(*query.row_prefix);
}

}  // namespace

// What every lookup needs is in its first line of memory.
struct alignas(kCacheLine) View::Shard {
  mutable std::mutex mutex;
  HashIndex<User> users;
  std::vector<FlushBatch::Erasure> erasures;
  // The oldest record with something in this shard that no flush has taken; and that the running flush has.
  log::Offset dirty_from = kNone;
  log::Offset flushing_from = kNone;
  bool urgent = false;  // has urgent rows or erasures
};

// Collects rows for the store under the shards' locks, in one run of memory.
struct View::Copier {
  struct Part {
    std::size_t user, key, item;
  };

  void take(const User& user, Row& row) {
    row.dirty = row.urgent = false;
    row.flushing = true;
    if (row.item.empty()) return;
    parts.push_back({user.id.size(), row.key.size(), row.item.size()});
    batch.bytes_.append(user.id).append(row.key).append(row.item);
  }

  FlushBatch finish() && {
    batch.writes_.reserve(parts.size());
    std::string_view rest = batch.bytes_;
    const auto next = [&rest](std::size_t size) {
      const auto taken = rest.substr(0, size);
      rest.remove_prefix(size);
      return taken;
    };
    for (const auto& part : parts) {
      const auto user = next(part.user);
      const auto key = next(part.key);
      batch.writes_.push_back({.user = user, .row_key = key, .item = next(part.item)});
    }
    return std::move(batch);
  }

  FlushBatch batch;
  std::vector<Part> parts;
};

View::View(std::size_t shards) : shard_count_(shards), shards_(std::make_unique<Shard[]>(shards)) {}
View::~View() = default;

View::Shard& View::shard(const HashedId& user) const { return shards_[shard_of(user, shard_count_)]; }

void View::prefetch_shard(const HashedId& user) const { __builtin_prefetch(&shard(user)); }
void View::prefetch_slot(const HashedId& user) const { shard(user).users.prefetch_slot(user); }
void View::prefetch_user(const HashedId& user) const { shard(user).users.prefetch_node(user); }

void View::mark_urgent(Shard& shard) {
  shard.urgent = true;
  urgent_.store(true, std::memory_order_relaxed);
}

bool View::merge(const HashedId& user, std::string_view row_key, std::string_view item, log::Offset offset,
                 bool urgent) {
  auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  auto* found = in.users.find(user);
  if (found == nullptr) {
    found = &in.users.insert(std::make_unique<User>(User{.hash = user.hash, .id = std::string(user.text)}));
    bytes_.fetch_add(found->bytes(), std::memory_order_relaxed);
  }
  auto& rows = found->rows;
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
  if (urgent) {
    row->urgent = true;
    mark_urgent(in);
  }
  in.dirty_from = std::min(in.dirty_from, offset);
  return changed;
}

void View::erase(const HashedId& user, std::int64_t up_to_ms, log::Offset offset, bool urgent) {
  auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  in.erasures.push_back({std::string(user.text), up_to_ms});
  if (urgent) mark_urgent(in);
  in.dirty_from = std::min(in.dirty_from, offset);
  auto* found = in.users.find(user);
  if (found == nullptr) return;
  erase_rows(found->rows, [&](Row& row) {
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
  const HashedId user(query.user);
  const auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  const auto* found = in.users.find(user);
  if (found == nullptr) return out;
  for (const auto& row : found->rows) {
    if (!row.item.empty() && selected(query, row.key)) out.append(row.key, row.item);
  }
  return out;
}

FlushBatch View::begin_flush(std::size_t index) {
  Copier copier;
  copier.batch.shards_ = {index};
  copier.batch.whole_ = true;
  auto& in = shards_[index];
  {
    const std::lock_guard lock(in.mutex);
    in.users.for_each([&](User& user) {
      for (auto& row : user.rows) {
        if (row.dirty) copier.take(user, row);
      }
    });
    copier.batch.erasures_.swap(in.erasures);
    in.flushing_from = in.dirty_from;
    in.dirty_from = kNone;
    in.urgent = false;
  }
  return std::move(copier).finish();
}

FlushBatch View::begin_urgent_flush() {
  Copier copier;
  // Before the shards: whatever becomes urgent meanwhile says so again.
  urgent_.store(false, std::memory_order_relaxed);
  for (std::size_t i = 0; i < shard_count_; ++i) {
    auto& in = shards_[i];
    const std::lock_guard lock(in.mutex);
    if (!std::exchange(in.urgent, false)) continue;
    copier.batch.shards_.push_back(i);
    in.users.for_each([&](User& user) {
      for (auto& row : user.rows) {
        if (row.urgent) copier.take(user, row);
      }
    });
    std::ranges::move(in.erasures, std::back_inserter(copier.batch.erasures_));
    in.erasures.clear();
  }
  return std::move(copier).finish();
}

void View::finish_flush(const FlushBatch& batch, bool stored) {
  for (const auto index : batch.shards_) finish_shard(index, batch, stored);
}

void View::finish_shard(std::size_t index, const FlushBatch& batch, bool stored) {
  auto& in = shards_[index];
  const std::lock_guard lock(in.mutex);
  if (!stored) {
    if (batch.whole_) in.dirty_from = std::min(in.dirty_from, in.flushing_from);
    // Whatever failed is tried again with the shard's next flush, urgent or not.
    const auto mine = [&](const FlushBatch::Erasure& erasure) {
      return shard_of(HashedId(erasure.user), shard_count_) == index;
    };
    std::ranges::copy_if(batch.erasures_, std::inserter(in.erasures, in.erasures.begin()), mine);
    if (!batch.whole_) mark_urgent(in);
  }
  if (batch.whole_) in.flushing_from = kNone;
  std::int64_t freed = 0, removed = 0;
  in.users.erase_if([&](User& user) {
    erase_rows(user.rows, [&](Row& row) {
      if (!row.flushing) return false;
      row.flushing = false;
      if (!stored) {
        row.dirty = true;
        row.urgent = row.urgent || !batch.whole_;
      }
      if (row.dirty && !row.item.empty()) return false;
      freed += row.bytes();
      ++removed;
      return true;
    });
    if (!user.rows.empty()) return false;
    freed += user.bytes();
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
