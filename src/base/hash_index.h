#pragma once

// Finds nodes by a 64-bit hash. Where a million users change in random order, waiting for memory is most of the work:
// so this lets its user ask for the lines of many lookups before the first one is made.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/hashed_id.h"

namespace playhead {

// `Node` has `hash` and `id`. One lock, the owner's, is around everything but the two prefetches, which any thread
// may call at any time: they only guess.
template <class Node>
class HashIndex {
 public:
  ~HashIndex() {
    for (std::size_t i = 0; i < capacity(); ++i) delete at(i);
  }
  HashIndex() = default;
  HashIndex(const HashIndex&) = delete;
  HashIndex& operator=(const HashIndex&) = delete;

  Node* find(const HashedId& id) const {
    if (size_ == 0) return nullptr;
    const auto mask = mask_.load(std::memory_order_relaxed);
    const auto* slots = slots_.load(std::memory_order_relaxed);
    for (std::size_t i = id.hash & mask;; i = (i + 1) & mask) {
      auto* node = slots[i].node.load(std::memory_order_relaxed);
      if (node == nullptr) return nullptr;
      if (slots[i].hash.load(std::memory_order_relaxed) == id.hash && node->id == id.text) return node;
    }
  }

  // No node of this id may be there.
  Node& insert(std::unique_ptr<Node> node) {
    if (size_ * 3 >= capacity() * 2) grow();
    ++size_;
    auto* inserted = node.release();
    place(slots_.load(std::memory_order_relaxed), mask_.load(std::memory_order_relaxed), inserted);
    return *inserted;
  }

  // Calls `visit` for each node, in no order.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::size_t i = 0; i < capacity(); ++i) {
      if (auto* node = at(i)) visit(*node);
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
    const auto mask = mask_.load(std::memory_order_relaxed);
    auto i = node.hash & mask;
    while (at(i) != &node) i = (i + 1) & mask;
    erase_at(i);
  }

  // The mask is read before the slots and written after them: it never says more than there are.
  void prefetch_slot(const HashedId& id) const {
    const auto mask = mask_.load(std::memory_order_acquire);
    if (const auto* slots = slots_.load(std::memory_order_acquire)) __builtin_prefetch(slots + (id.hash & mask));
  }
  // Once the slot is there.
  void prefetch_node(const HashedId& id) const {
    const auto mask = mask_.load(std::memory_order_acquire);
    const auto* slots = slots_.load(std::memory_order_acquire);
    for (std::size_t probe = 0; slots != nullptr && probe < kProbesAhead; ++probe) {
      const auto& slot = slots[(id.hash + probe) & mask];
      if (slot.hash.load(std::memory_order_relaxed) != id.hash) continue;
      const auto* bytes = reinterpret_cast<const char*>(slot.node.load(std::memory_order_relaxed));
      for (std::size_t line = 0; line < sizeof(Node); line += kCacheLine) __builtin_prefetch(bytes + line);
      return;
    }
  }

 private:
  static constexpr std::size_t kProbesAhead = 8;
  static constexpr std::size_t kSmallest = 16;

  struct Slot {
    std::atomic<std::uint64_t> hash;
    std::atomic<Node*> node;
  };

  std::size_t capacity() const { return tables_.empty() ? 0 : mask_.load(std::memory_order_relaxed) + 1; }
  Node* at(std::size_t i) const {
    return slots_.load(std::memory_order_relaxed)[i].node.load(std::memory_order_relaxed);
  }

  static void place(Slot* slots, std::size_t mask, Node* node) {
    auto i = node->hash & mask;
    while (slots[i].node.load(std::memory_order_relaxed) != nullptr) i = (i + 1) & mask;
    slots[i].hash.store(node->hash, std::memory_order_relaxed);
    slots[i].node.store(node, std::memory_order_relaxed);
  }

  void grow() {
    // Outgrown tables stay, since a prefetch may be looking at one; together they are no larger than the last.
    const auto larger = std::max(kSmallest, 2 * capacity());
    auto slots = std::make_unique<Slot[]>(larger);
    for_each([&](Node& node) { place(slots.get(), larger - 1, &node); });
    slots_.store(slots.get(), std::memory_order_release);
    mask_.store(larger - 1, std::memory_order_release);
    tables_.push_back(std::move(slots));
  }

  // Closes the gap with whatever follows and may lie further ahead, so that lookups need no marks of what was
  // deleted.
  void erase_at(std::size_t gap) {
    const auto mask = mask_.load(std::memory_order_relaxed);
    auto* slots = slots_.load(std::memory_order_relaxed);
    delete at(gap);
    --size_;
    for (auto i = (gap + 1) & mask; at(i) != nullptr; i = (i + 1) & mask) {
      const auto hash = slots[i].hash.load(std::memory_order_relaxed);
      if (((i - hash) & mask) < ((i - gap) & mask)) continue;
      slots[gap].hash.store(hash, std::memory_order_relaxed);
      slots[gap].node.store(at(i), std::memory_order_relaxed);
      gap = i;
    }
    slots[gap].node.store(nullptr, std::memory_order_relaxed);
  }

  std::atomic<Slot*> slots_{nullptr};
  std::atomic<std::size_t> mask_{0};
  std::size_t size_ = 0;
  std::vector<std::unique_ptr<Slot[]>> tables_;
};

}  // namespace playhead
