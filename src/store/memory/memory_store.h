#pragma once

// The database for tests and the simulator: the seam's rules over maps. It survives nothing.

#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/position_store.h"

namespace playhead::store {

// Answers reads inline. Writes from one thread, reads from any.
class MemoryStore final : public PositionStore {
 public:
  Result<void> merge(std::span<const ItemWrite> writes, std::uint64_t checkpoint) override;
  Result<void> erase(std::string_view user, std::int64_t up_to_ms) override;
  Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override;
  void read(Query query, ReadDone done) override;
  Result<std::uint64_t> checkpoint() override;
  Result<void> sync() override { return {}; }

 private:
  using UserRows = std::map<std::string, std::string, std::less<>>;

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, UserRows> users_;
  std::uint64_t checkpoint_ = 0;
};

}  // namespace playhead::store
