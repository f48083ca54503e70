#pragma once

// A store that fails when told to, and that loses what was not synced when the power goes.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/memory/memory_store.h"

namespace playhead::test {

class FaultyStore final : public store::PositionStore {
 public:
  enum class Call { kMerge, kErase, kRead, kSync };
  enum class Fault {
    kNone,
    kRefuse,     // nothing happened
    kDoAndFail,  // it happened, but the answer says that it failed
    kRewound,    // "store-rewound"
  };

  // Asked at each call; single-threaded, as the store's writer is. Nothing fails without it.
  std::function<Fault(Call)> decide;

  int merges() const { return merges_; }
  int syncs() const { return syncs_; }
  // Writes that a power cut now would lose.
  std::size_t unsynced() const { return journal_.size() - synced_; }

  // The power goes, and of what was not synced only the first `kept` writes are there afterwards.
  void lose_power(std::size_t kept) {
    journal_.resize(std::min(journal_.size(), synced_ + kept));
    synced_ = journal_.size();
    inner_ = std::make_unique<store::MemoryStore>();
    for (const auto& write : journal_) write(*inner_);
  }

  Result<void> merge(std::span<const store::ItemWrite> writes, std::uint64_t checkpoint) override {
    ++merges_;
    return act(Call::kMerge, [rows = Copies(writes.begin(), writes.end()), checkpoint](store::PositionStore& store) {
      std::vector<store::ItemWrite> borrowed;
      for (const auto& row : rows) borrowed.push_back({row.user, row.key, row.item});
      return store.merge(borrowed, checkpoint);
    });
  }
  Result<void> erase(std::string_view user, std::int64_t up_to_ms) override {
    return act(Call::kErase,
               [user = std::string(user), up_to_ms](auto& store) { return store.erase(user, up_to_ms); });
  }
  Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override {
    return act(Call::kErase, [user = std::string(user), keys = std::vector(row_keys.begin(), row_keys.end())](
                                 auto& store) { return store.remove(user, keys); });
  }
  void read(store::Query query, ReadDone done) override {
    if (fault(Call::kRead) != Fault::kNone) return done(unavailable());
    inner_->read(std::move(query), std::move(done));
  }
  Result<std::uint64_t> checkpoint() override { return inner_->checkpoint(); }
  Result<void> sync() override {
    ++syncs_;
    const auto decided = fault(Call::kSync);
    if (decided == Fault::kNone || decided == Fault::kDoAndFail) synced_ = journal_.size();
    return answer(decided);
  }

 private:
  struct Copy {
    explicit Copy(const store::ItemWrite& write) : user(write.user), key(write.row_key), item(write.item) {}
    std::string user, key, item;
  };
  using Copies = std::vector<Copy>;

  static std::unexpected<Error> unavailable() { return fail("store-unavailable", "The store is away."); }
  static Result<void> answer(Fault decided) {
    if (decided == Fault::kNone) return {};
    if (decided == Fault::kRewound) return fail("store-rewound", "The store lost what it had taken.");
    return unavailable();
  }
  Fault fault(Call call) const { return decide ? decide(call) : Fault::kNone; }
  Result<void> act(Call call, std::function<Result<void>(store::PositionStore&)> write) {
    const auto decided = fault(call);
    if (decided == Fault::kNone || decided == Fault::kDoAndFail) {
      if (auto done = write(*inner_); !done) return done;
      journal_.push_back(std::move(write));
    }
    return answer(decided);
  }

  std::unique_ptr<store::MemoryStore> inner_ = std::make_unique<store::MemoryStore>();
  std::vector<std::function<Result<void>(store::PositionStore&)>> journal_;
  std::size_t synced_ = 0;
  std::atomic<int> merges_ = 0, syncs_ = 0;
};

}  // namespace playhead::test
