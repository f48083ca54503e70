#include "store/erasure.h"

#include <algorithm>

#include "model/item.h"

namespace playhead::store {

std::optional<model::Version> erased_up_to(std::string_view user_row) {
  const auto blob = model::find_register(user_row, model::Register::kErased);
  if (blob.empty()) return {};
  return model::decode_version(blob);
}

Erasures batch_erasures(std::span<const ItemWrite> writes) {
  Erasures erasures;
  for (const auto& write : writes) {
    if (write.row_key != model::kUserRow) continue;
    const auto up_to = erased_up_to(write.item);
    if (!up_to) continue;
    const auto [at, added] = erasures.try_emplace(write.user, *up_to);
    if (!added) at->second = std::max(at->second, *up_to);
  }
  return erasures;
}

std::optional<model::Version> find_erasure(const Erasures& erasures, std::string_view user) {
  const auto found = erasures.find(user);
  if (found == erasures.end()) return {};
  return found->second;
}

}  // namespace playhead::store
