#pragma once

// The rows of users who have very many, as they were last read. RocksDB takes some 0.4 µs to step over a merged row,
// so 20,000 of them take longer than a player should wait; whoever opens the home page reads them twice or more.
//
// Why an answer from here is never older than what a finished write left: a writer calls forget() when its write is
// in RocksDB and before it returns. A reader takes a ticket before it begins to read. If a write to the user was in
// RocksDB before the reader looked, the reader saw it; otherwise forget() comes after the ticket, so the ticket is
// void and put() keeps nothing. Between a write and its forget() the older rows may be answered, as to a reader who
// came just before the write.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/rows.h"

namespace playhead::store {

// Any thread may call.
class WideUsers {
 public:
  using Ticket = std::uint64_t;

  // Keeps users with `min_rows` or more while all of them together take at most `max_bytes`; the one that was asked
  // for least recently goes first.
  WideUsers(std::size_t max_bytes, std::size_t min_rows) : max_bytes_(max_bytes), min_rows_(min_rows) {}

  // All rows of the user, not copied; null when they are not here.
  std::shared_ptr<const Rows> find(std::string_view user);

  // To be taken before reading what is then put.
  Ticket ticket(std::string_view user) const;
  void put(std::string_view user, const Rows& rows, Ticket ticket);

  // What was read before is no longer so: of some users, each found by `user_of` in an element of `changes`, or of
  // all.
  template <class Changes, class UserOf>
  void forget(const Changes& changes, UserOf user_of) {
    const std::lock_guard lock(mutex_);
    for (const auto& change : changes) forget_locked(user_of(change));
  }
  void forget(std::string_view user) {
    const std::lock_guard lock(mutex_);
    forget_locked(user);
  }
  void forget_all();

 private:
  struct Entry {
    std::shared_ptr<const Rows> rows;
    std::size_t bytes;
    std::uint64_t asked;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  // Users share these: a change to another one voids a ticket now and then, which costs only a later read.
  static constexpr std::size_t kSlots = 4096;
  static std::size_t slot(std::string_view user) { return Hash{}(user) % kSlots; }
  void forget_locked(std::string_view user);
  void evict();

  const std::size_t max_bytes_;
  const std::size_t min_rows_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
  std::array<Ticket, kSlots> changes_{};
  std::size_t bytes_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace playhead::store
