#include "apply/merged_rows.h"

#include <string>

#include "model/item.h"

namespace playhead::apply {

store::Rows merged_rows(store::Rows stored, const store::Rows& unflushed) {
  if (unflushed.empty()) return stored;
  store::Rows merged;
  auto a = stored.begin();
  auto b = unflushed.begin();
  std::string item;
  while (a != stored.end() || b != unflushed.end()) {
    if (b == unflushed.end() || (a != stored.end() && (*a).row_key < (*b).row_key)) {
      merged.append((*a).row_key, (*a).item);
      ++a;
      continue;
    }
    item.assign((*b).item);
    if (a != stored.end() && (*a).row_key == (*b).row_key) model::merge_items(item, (*a++).item);
    merged.append((*b).row_key, item);
    ++b;
  }
  return merged;
}

}  // namespace playhead::apply
