#pragma once

// How RocksDB merges an item's versions: model::merge_items as a merge operator.

#include <rocksdb/merge_operator.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace playhead::store {

// Never fails, since a failure would make the row unreadable for good: what isn't a valid item is skipped and
// counted, and what is valid wins. RocksDB calls it from any thread.
class ItemMerge final : public rocksdb::MergeOperator {
 public:
  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override;
  bool PartialMerge(const rocksdb::Slice& key, const rocksdb::Slice& left, const rocksdb::Slice& right,
                    std::string* merged, rocksdb::Logger* logger) const override;
  bool PartialMergeMulti(const rocksdb::Slice& key, const std::deque<rocksdb::Slice>& operands, std::string* merged,
                         rocksdb::Logger* logger) const override;
  const char* Name() const override { return "playhead.ItemMerge.1"; }

  std::uint64_t malformed() const { return malformed_; }

 private:
  bool usable(const rocksdb::Slice& item) const;

  mutable std::atomic<std::uint64_t> malformed_{0};
};

}  // namespace playhead::store
