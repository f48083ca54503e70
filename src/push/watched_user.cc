#include "push/watched_user.h"

#include <algorithm>
#include <utility>

#include "model/item.h"
#include "push/change.h"
#include "push/snapshot.h"

namespace playhead::push {
namespace {

// A household plays a few items at a time; whatever else changes is read once.
constexpr std::size_t kPinnedRows = 16;
// More items that change at once are an upload, and one snapshot says it shorter.
constexpr std::size_t kRowReads = 64;
constexpr std::size_t kNotedRows = 2'000;

bool same_play(const SessionNow& a, const SessionNow& b) {
  return a.state == b.state && a.show == b.show && a.episode == b.episode;
}

}  // namespace

Need WatchedUser::follow(SubscriptionId subscription, std::uint64_t tag, std::shared_ptr<Subscriber> subscriber) {
  followers_.push_back(
      {.subscription = subscription, .tag = tag, .joined = false, .subscriber = std::move(subscriber)});
  // A read that has begun already will do: what comes meanwhile is noted.
  return reading_all_ != 0 ? Need{} : again();
}

void WatchedUser::unfollow(SubscriptionId subscription) {
  std::erase_if(followers_, [&](const Follower& one) { return one.subscription == subscription; });
}

bool WatchedUser::any_joined() const { return std::ranges::any_of(followers_, &Follower::joined); }

void WatchedUser::tell(const Event& event) {
  const auto shared = std::make_shared<const Event>(event);
  for (const auto& follower : followers_) {
    if (!follower.joined) continue;
    follower.subscriber->deliver(follower.tag, shared);
    ++counts_.events;
  }
}

void WatchedUser::tell_change(EventKind kind, const Row& row) {
  Event event{.kind = kind, .user = id, .erased = erased_, .device = row.device};
  const auto hidden = model::find_register(row.item, model::Register::kHidden);
  if (kind == EventKind::kRemoved && !hidden.empty()) {
    const auto ids = model::split_row_key(row.key);
    const auto flag = model::decode_flag(hidden);
    event.show = ids.show;
    event.episode = ids.episode;
    event.show_integer = flag.show_integer;
    event.episode_integer = flag.episode_integer;
    event.version = model::decode_version(hidden);
  } else if (kind != EventKind::kRemoved) {
    event.rows.push_back({.row_key = row.key, .item = row.item});
  }
  tell(event);
}

void WatchedUser::remember_noted(const model::RowWrite& row) {
  if (noted_.size() >= kNotedRows && !noted_.contains(row.row_key)) {
    noted_too_much_ = true;
    return;
  }
  model::merge_items(noted_[row.row_key], row.item);
}

void WatchedUser::make_room() {
  if (rows_.size() < kPinnedRows) return;
  const auto idle = std::ranges::find(rows_, std::uint64_t{0}, &Row::reading);
  if (idle != rows_.end()) rows_.erase(idle);
}

Need WatchedUser::note(const model::Update& update, const model::RowWrite& row) {
  if (row.item.empty()) return {};
  if (reading_all_ != 0) remember_noted(row);
  if (update.erase) {
    erased_ = std::max(erased_, erased_by(row.item));
    rows_.clear();
    tell({.kind = EventKind::kRemoved, .user = id, .version = update.version});
    return {};
  }
  if (!any_joined()) return {};
  const auto found = std::ranges::find(rows_, std::string_view(row.row_key), &Row::key);
  if (found == rows_.end()) {
    if (rows_.size() >= kRowReads) return snapshot_again();
    make_room();
    const auto number = ++counts_.reads;
    rows_.push_back({.key = row.row_key, .item = row.item, .device = std::string(update.device), .reading = number});
    return {.number = number, .row_key = row.row_key};
  }
  std::rotate(found, std::next(found), rows_.end());
  auto& known = rows_.back();
  if (known.reading != 0) {
    if (model::merge_items(known.item, row.item)) known.device = update.device;
    return {};
  }
  const auto before = known.item;
  std::optional<EventKind> kind;
  if (model::merge_items(known.item, row.item)) {
    known.device = update.device;
    kind = change_of(known.key, before, known.item, erased_);
  }
  if (kind) {
    tell_change(*kind, known);
  } else {
    ++counts_.unchanged;
  }
  return {};
}

void WatchedUser::row_read(const Need& need, const UserState::Rows& rows) {
  const auto found = std::ranges::find(rows_, need.number, &Row::reading);
  if (found == rows_.end()) return;
  erased_ = std::max(erased_, erased_in(rows.rows));
  found->reading = 0;
  const auto said = found->item;
  for (const auto& row : rows.rows) {
    if (row.row_key == found->key) model::merge_items(found->item, row.item);
  }
  if (const auto kind = change_by(found->key, said, found->item, erased_)) {
    tell_change(*kind, *found);
  } else {
    ++counts_.unchanged;
  }
}

Need WatchedUser::all_read(const Need& need, const UserState::Rows& rows, std::vector<SessionNow> sessions) {
  if (reading_all_ != need.number) return {};
  if (std::exchange(noted_too_much_, false)) {
    noted_.clear();
    return again();
  }
  reading_all_ = 0;
  // Merged with what came meanwhile: the read may have begun before that.
  auto merged = std::exchange(noted_, {});
  std::vector<model::RowView> views;
  if (!merged.empty()) {
    for (const auto& row : rows.rows) model::merge_items(merged[std::string(row.row_key)], row.item);
    for (const auto& [key, item] : merged) views.push_back({key, item});
  }
  const UserState::Rows now{merged.empty() ? rows.rows : std::span<const model::RowView>(views), rows.stale};
  erased_ = std::max(erased_, erased_in(now.rows));
  sessions_now(std::move(sessions));
  const auto event = std::make_shared<const Event>(snapshot_of(id, now.rows, told_, erased_, now.stale));
  for (auto& follower : followers_) {
    if (std::exchange(follower.joined, true)) continue;
    follower.subscriber->deliver(follower.tag, event);
    ++counts_.events;
  }
  return {};
}

Need WatchedUser::snapshot_again() {
  rows_.clear();
  for (auto& follower : followers_) follower.joined = false;
  return reading_all_ != 0 ? Need{} : again();
}

void WatchedUser::failed(const Need& need) {
  const bool row = std::ranges::any_of(rows_, [&](const Row& one) { return one.reading == need.number; });
  if (!row && reading_all_ != need.number) return;
  rows_.clear();
  for (auto& follower : followers_) follower.joined = false;
  // From here on, what comes is noted for the read that is to follow.
  if (reading_all_ == 0) reading_all_ = ++counts_.reads;
}

Need WatchedUser::again() {
  reading_all_ = ++counts_.reads;
  return {.number = reading_all_};
}

void WatchedUser::sessions_now(std::vector<SessionNow> sessions) {
  const auto same = [](const SessionNow& one) {
    return [&one](const SessionNow& other) { return one.session == other.session; };
  };
  const auto say = [this](EventKind kind, const SessionNow& session) {
    tell({.kind = kind, .user = id, .sessions = {session}, .version = session.version});
  };
  if (any_joined()) {
    for (const auto& before : told_) {
      if (std::ranges::any_of(sessions, same(before))) continue;
      auto ended = before;
      ended.state = model::State::kStopped;
      say(EventKind::kSessionEnded, ended);
    }
    for (const auto& now : sessions) {
      const auto before = std::ranges::find_if(told_, same(now));
      if (before == told_.end()) {
        say(EventKind::kSessionStarted, now);
      } else if (!same_play(*before, now)) {
        say(EventKind::kSessionChanged, now);
      }
    }
  }
  told_ = std::move(sessions);
}

}  // namespace playhead::push
