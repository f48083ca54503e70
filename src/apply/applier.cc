#include "apply/applier.h"

#include "model/record.h"

namespace playhead::apply {
namespace {

// Updates that are looked at together, so that the memory of all their users is fetched at once instead of one after
// the other; some 10 lines of cache each.
constexpr std::size_t kAhead = 16;

bool noticed(const model::Update& update) {
  return update.erase || update.seek || update.mark != model::Mark::kNone || update.state != model::State::kPlaying;
}

}  // namespace

Result<void> Applier::apply(log::Offset offset, std::string_view record) {
  model::RecordReader reader(record);
  std::uint64_t updates = 0;
  Result<void> result;
  changed_ = 0;
  const bool watched = hub_ != nullptr && hub_->watching();
  do {
    ahead_.clear();
    while (ahead_.size() < kAhead) {
      const auto next = reader.next();
      if (!next) result = std::unexpected(next.error());
      if (!next || !*next) break;
      const auto& user = ahead_.emplace_back(**next, (**next).user.text).user;
      view_.prefetch_shard(user);
      presence_.prefetch_shard(user);
      if (watched) hub_->prefetch_shard(user);
    }
    for (const auto& pending : ahead_) {
      view_.prefetch_slot(pending.user);
      presence_.prefetch_slot(pending.user);
      if (watched) hub_->prefetch_slot(pending.user);
    }
    for (const auto& pending : ahead_) {
      view_.prefetch_user(pending.user);
      presence_.prefetch_user(pending.user);
    }
    for (const auto& pending : ahead_) apply(pending, offset);
    updates += ahead_.size();
  } while (ahead_.size() == kAhead);
  if (result) view_.applied(offset + 1);
  Stats::add(stats_.applied_updates, updates);
  Stats::add(stats_.changed_rows, changed_);
  return result;
}

void Applier::apply(const Pending& pending, log::Offset offset) {
  const auto& [update, user] = pending;
  model::reduce(update, row_);
  if (update.erase) {
    view_.erase(user, update.version.time_ms, offset, urgency_);
    presence_.forget(user, update.version.time_ms);
    Stats::add(stats_.erased_users);
  }
  const bool urgent = urgency_ && noticed(update);
  if (!row_.item.empty() && view_.merge(user, row_.row_key, row_.item, offset, urgent)) ++changed_;
  // Asked after the merge: whoever begins to follow later reads a state with this update in it.
  if (hub_ != nullptr && hub_->watching()) hub_->note(update, user, row_);
  presence_.note(update, user);
}

Result<void> Applier::note_presence(log::Offset offset, std::string_view record) {
  model::RecordReader reader(record);
  while (true) {
    const auto next = reader.next();
    if (!next) return std::unexpected(next.error());
    if (!*next) break;
    const auto& update = **next;
    if (update.erase) presence_.forget(update.user.text, update.version.time_ms);
    presence_.note(update, update.user.text);
  }
  view_.applied(offset + 1);
  return {};
}

}  // namespace playhead::apply
