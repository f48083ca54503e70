#include "server/api/outbox.h"

#include <algorithm>
#include <utility>

#include "model/item.h"
#include "server/api/push_desk.h"

namespace playhead::server::api {
namespace {

using push::EventKind;

bool of_session(EventKind kind) {
  return kind == EventKind::kSessionStarted || kind == EventKind::kSessionChanged || kind == EventKind::kSessionEnded;
}

// Whether there is no use in telling `older` once `newer` is told.
bool replaces(const push::Event& newer, const push::Event& older) {
  if (newer.kind == EventKind::kSnapshot) return true;
  if (newer.kind == EventKind::kRemoved) {
    // A snapshot answers who has subscribed, and so is told in any case.
    const bool everything = newer.show.empty() && newer.episode.empty();
    if (everything) return !of_session(older.kind) && older.kind != EventKind::kSnapshot;
    if (of_session(older.kind) || older.kind == EventKind::kSnapshot) return false;
    if (!older.rows.empty()) return older.rows.front().row_key == model::row_key(newer.show, newer.episode);
    return older.show == newer.show && older.episode == newer.episode;
  }
  if (of_session(newer.kind)) {
    return of_session(older.kind) && newer.sessions.front().session == older.sessions.front().session;
  }
  return (older.kind == EventKind::kProgress || older.kind == EventKind::kMark) &&
         newer.rows.front().row_key == older.rows.front().row_key;
}

std::size_t bytes_of(const push::Event& event) {
  std::size_t bytes = sizeof event + event.user.size();
  for (const auto& row : event.rows) bytes += sizeof row + row.row_key.size() + row.item.size();
  return bytes + event.sessions.size() * 2 * sizeof(push::SessionNow);
}

}  // namespace

void Outbox::replace_older(std::uint64_t tag, const push::Event& event) {
  std::erase_if(items_, [&](const Item& item) {
    const bool gone = item.tag == tag && replaces(event, *item.event);
    if (gone) bytes_ -= bytes_of(*item.event);
    return gone;
  });
}

void Outbox::deliver(std::uint64_t tag, const push::EventPtr& event) {
  {
    const std::lock_guard lock(mutex_);
    if (overflowed_) return;
    replace_older(tag, *event);
    bytes_ += bytes_of(*event);
    items_.push_back({tag, event});
    // An owner whose peer takes nothing has been told, and waits for room: of this it has to hear anyway.
    if (bytes_ > max_bytes_) {
      overflowed_ = true;
      announced_ = false;
      items_ = {};
      bytes_ = 0;
    }
    if (std::exchange(announced_, true)) return;
  }
  desk_.announce(shared_from_this());
}

std::vector<Outbox::Item> Outbox::take(std::size_t at_most) {
  const std::lock_guard lock(mutex_);
  announced_ = false;
  std::vector<Item> taken;
  if (items_.size() <= at_most) {
    taken.swap(items_);
    bytes_ = 0;
    return taken;
  }
  const auto end = items_.begin() + static_cast<std::ptrdiff_t>(at_most);
  taken.assign(std::make_move_iterator(items_.begin()), std::make_move_iterator(end));
  items_.erase(items_.begin(), end);
  for (const auto& item : taken) bytes_ -= bytes_of(*item.event);
  return taken;
}

void Outbox::drop(std::uint64_t tag) {
  const std::lock_guard lock(mutex_);
  std::erase_if(items_, [&](const Item& item) {
    if (item.tag == tag) bytes_ -= bytes_of(*item.event);
    return item.tag == tag;
  });
}

bool Outbox::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

}  // namespace playhead::server::api
