#include "apply/applier.h"

#include "model/record.h"

namespace playhead::apply {

Result<void> Applier::apply(log::Offset offset, std::string_view record) {
  model::RecordReader reader(record);
  std::uint64_t updates = 0, changed = 0;
  Result<void> result;
  while (true) {
    const auto next = reader.next();
    if (!next) result = std::unexpected(next.error());
    if (!next || !*next) break;
    const auto& update = **next;
    ++updates;
    model::reduce(update, row_);
    if (update.erase) {
      view_.erase(update.user.text, update.version.time_ms, offset);
      presence_.forget(update.user.text, update.version.time_ms);
      Stats::add(stats_.erased_users);
    }
    if (!row_.item.empty() && view_.merge(update.user.text, row_.row_key, row_.item, offset)) ++changed;
    presence_.note(update);
  }
  if (result) view_.applied(offset + 1);
  Stats::add(stats_.applied_updates, updates);
  Stats::add(stats_.changed_rows, changed);
  return result;
}

}  // namespace playhead::apply
