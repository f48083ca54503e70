#pragma once

// The store as a node sees it that holds updates which the store does not have yet: reads are merged with them,
// everything else is the store's own.

#include "apply/view.h"
#include "store/position_store.h"

namespace playhead::apply {

class OverlaidStore final : public store::PositionStore {
 public:
  // Both outlive it.
  OverlaidStore(const View& view, store::PositionStore& store) : view_(view), store_(store) {}

  Result<void> merge(std::span<const store::ItemWrite> writes, std::uint64_t checkpoint) override {
    return store_.merge(writes, checkpoint);
  }
  Result<void> erase(std::string_view user, std::int64_t up_to_ms) override { return store_.erase(user, up_to_ms); }
  Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override {
    return store_.remove(user, row_keys);
  }
  void read(store::Query query, ReadDone done) override;
  Result<std::uint64_t> checkpoint() override { return store_.checkpoint(); }
  std::optional<std::chrono::milliseconds> commit_lag() const override { return store_.commit_lag(); }
  Result<void> sync() override { return store_.sync(); }

 private:
  const View& view_;
  store::PositionStore& store_;
};

}  // namespace playhead::apply
