#pragma once

// Finds nodes by a 64-bit hash. Where a million users change in random order, waiting for memory is most of the work:
// so this lets its user ask for the lines of many lookups before the first one is made.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace playhead {

// An id and its hash, so that it is computed once for all who look it up. Borrows the text.
struct HashedId {
  template <class Text>
    requires std::is_convertible_v<const Text&, std::string_view>
  HashedId(const Text& id)  // NOLINT(google-explicit-constructor): an id like any other, only sooner hashed
      : text(id), hash(std::hash<std::string_view>{}(text)) {}

  std::string_view text;
  std::uint64_t hash;
};

// Which of `count` shards an id belongs to: from the hash's upper half, since an index inside takes the lower one.
inline std::size_t shard_of(const HashedId& id, std::size_t count) { return (id.hash >> 32) * count >> 32; }

// `Node` has `hash` and `id`. One lock, the owner's, is around everything but the two prefetches, which any thread
// may call at any time: they only guess.
template <class Node>
class HashIndex {
 public:
  ~HashIndex() {
    for (std::size_t i = 0; i < capacity(); ++i) delete table()->slots[i].node.load(std::memory_order_relaxed);
  }
  HashIndex() = default;
  HashIndex(const HashIndex&) = delete;
  HashIndex& operator=(const HashIndex&) = delete;

  Node* find(const HashedId& id) const {
    const auto* now = table();
    if (now == nullptr) return nullptr;
    for (std::size_t i = id.hash & now->mask;; i = (i + 1) & now->mask) {
      auto* node = now->slots[i].node.load(std::memory_order_relaxed);
      if (node == nullptr) return nullptr;
      if (now->slots[i].hash.load(std::memory_order_relaxed) == id.hash && node->id == id.text) return node;
    }
  }

  // No node of this id may be there.
  Node& insert(std::unique_ptr<Node> node) {
    if (size_ * 3 >= capacity() * 2) grow();
    ++size_;
    auto* inserted = node.release();
    place(*table(), inserted->hash, inserted);
    return *inserted;
  }

  // Calls `visit` for each node, in no order.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::size_t i = 0; i < capacity(); ++i) {
      if (auto* node = table()->slots[i].node.load(std::memory_order_relaxed)) visit(*node);
    }
  }

  // Deletes the nodes for which `over` says so. It may be asked twice of one that stays.
  template <class Over>
  void erase_if(Over&& over) {
    for (std::size_t i = 0; i < capacity(); ++i) {
      for (auto* node = at(i); node != nullptr && over(*node); node = at(i)) erase_at(i);
    }
  }
  void erase(Node& node) {
    auto i = node.hash & table()->mask;
    while (at(i) != &node) i = (i + 1) & table()->mask;
    erase_at(i);
  }

  void prefetch_slot(const HashedId& id) const {
    if (const auto* now = table()) __builtin_prefetch(&now->slots[id.hash & now->mask]);
  }
  // Once the slot is there.
  void prefetch_node(const HashedId& id) const {
    const auto* now = table();
    for (std::size_t probe = 0; now != nullptr && probe < kProbesAhead; ++probe) {
      const auto& slot = now->slots[(id.hash + probe) & now->mask];
      if (slot.hash.load(std::memory_order_relaxed) != id.hash) continue;
      const auto* bytes = reinterpret_cast<const char*>(slot.node.load(std::memory_order_relaxed));
      for (std::size_t line = 0; line < sizeof(Node); line += kLineBytes) __builtin_prefetch(bytes + line);
      return;
    }
  }

 private:
  static constexpr std::size_t kLineBytes = 64;
  static constexpr std::size_t kProbesAhead = 8;
  static constexpr std::size_t kSmallest = 16;

  struct Slot {
    std::atomic<std::uint64_t> hash;
    std::atomic<Node*> node;
  };
  struct Table {
    explicit Table(std::size_t capacity) : mask(capacity - 1), slots(std::make_unique<Slot[]>(capacity)) {}
    std::size_t mask;
    std::unique_ptr<Slot[]> slots;
  };

  Table* table() const { return table_.load(std::memory_order_acquire); }
  std::size_t capacity() const { return table() == nullptr ? 0 : table()->mask + 1; }
  Node* at(std::size_t i) const { return table()->slots[i].node.load(std::memory_order_relaxed); }

  static void place(Table& table, std::uint64_t hash, Node* node) {
    auto i = hash & table.mask;
    while (table.slots[i].node.load(std::memory_order_relaxed) != nullptr) i = (i + 1) & table.mask;
    table.slots[i].hash.store(hash, std::memory_order_relaxed);
    table.slots[i].node.store(node, std::memory_order_relaxed);
  }

  void grow() {
    // Outgrown tables stay, since a prefetch may be looking at one; together they are no larger than the last.
    auto& larger = *tables_.emplace_back(std::make_unique<Table>(std::max(kSmallest, 2 * capacity())));
    for_each([&](Node& node) { place(larger, node.hash, &node); });
    table_.store(&larger, std::memory_order_release);
  }

  // Closes the gap with whatever follows and may lie further ahead, so that lookups need no marks of what was
  // deleted.
  void erase_at(std::size_t gap) {
    auto& now = *table();
    delete at(gap);
    --size_;
    for (auto i = (gap + 1) & now.mask; at(i) != nullptr; i = (i + 1) & now.mask) {
      const auto hash = now.slots[i].hash.load(std::memory_order_relaxed);
      if (((i - hash) & now.mask) < ((i - gap) & now.mask)) continue;
      now.slots[gap].hash.store(hash, std::memory_order_relaxed);
      now.slots[gap].node.store(at(i), std::memory_order_relaxed);
      gap = i;
    }
    now.slots[gap].node.store(nullptr, std::memory_order_relaxed);
  }

  std::atomic<Table*> table_{nullptr};
  std::vector<std::unique_ptr<Table>> tables_;
  std::size_t size_ = 0;
};

}  // namespace playhead
