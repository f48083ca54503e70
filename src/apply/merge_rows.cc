#include "apply/merge_rows.h"

#include <string>
#include <utility>

#include "model/item.h"

namespace playhead::apply {

store::Rows merge_rows(store::Rows rows, const store::Rows& more) {
  if (more.empty()) return rows;
  store::Rows merged;
  auto a = rows.begin();
  auto b = more.begin();
  std::string item;
  while (a != rows.end() || b != more.end()) {
    if (b == more.end() || (a != rows.end() && (*a).row_key < (*b).row_key)) {
      merged.append((*a).row_key, (*a).item);
      ++a;
      continue;
    }
    item.assign((*b).item);
    if (a != rows.end() && (*a).row_key == (*b).row_key) model::merge_items(item, (*a++).item);
    merged.append((*b).row_key, item);
    ++b;
  }
  return merged;
}

}  // namespace playhead::apply
