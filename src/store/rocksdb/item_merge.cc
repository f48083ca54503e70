#include "store/rocksdb/item_merge.h"

#include <string_view>

#include "model/item.h"

namespace playhead::store {
namespace {

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace

bool ItemMerge::usable(const rocksdb::Slice& item) const {
  if (model::valid_item(view(item))) return true;
  ++malformed_;
  return false;
}

bool ItemMerge::FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const {
  auto& merged = out->new_value;
  merged.clear();
  // A row written once is the common case: it is passed on without a copy.
  if (in.existing_value == nullptr && in.operand_list.size() == 1) {
    if (usable(in.operand_list.front())) out->existing_operand = in.operand_list.front();
    return true;
  }
  if (in.existing_value != nullptr && usable(*in.existing_value)) merged.assign(view(*in.existing_value));
  for (const auto& operand : in.operand_list) {
    if (usable(operand)) model::merge_items(merged, view(operand));
  }
  return true;
}

bool ItemMerge::PartialMerge(const rocksdb::Slice&, const rocksdb::Slice& left, const rocksdb::Slice& right,
                             std::string* merged, rocksdb::Logger*) const {
  merged->clear();
  for (const auto& operand : {left, right}) {
    if (usable(operand)) model::merge_items(*merged, view(operand));
  }
  return true;
}

bool ItemMerge::PartialMergeMulti(const rocksdb::Slice&, const std::deque<rocksdb::Slice>& operands,
                                  std::string* merged, rocksdb::Logger*) const {
  merged->clear();
  for (const auto& operand : operands) {
    if (usable(operand)) model::merge_items(*merged, view(operand));
  }
  return true;
}

}  // namespace playhead::store
