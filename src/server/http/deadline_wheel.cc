#include "server/http/deadline_wheel.h"

#include <algorithm>

namespace playhead::server {

DeadlineWheel::DeadlineWheel(Monotonic now, std::chrono::milliseconds tick) : start_(now), tick_(tick) {}

void DeadlineWheel::Entry::unlink() {
  if (before_ != nullptr) before_->after_ = after_;
  if (after_ != nullptr) after_->before_ = before_;
  before_ = after_ = nullptr;
  due_ = Monotonic::max();
}

void DeadlineWheel::insert_behind(Entry& place, Entry& entry) {
  entry.before_ = &place;
  entry.after_ = place.after_;
  if (entry.after_ != nullptr) entry.after_->before_ = &entry;
  place.after_ = &entry;
}

std::size_t DeadlineWheel::tick_of(Monotonic time) const {
  if (time <= start_) return 0;
  // Rounded up: an entry that came up before its time would only have to be put back.
  return static_cast<std::size_t>((time - start_ + tick_ - Monotonic::duration(1)) / tick_);
}

void DeadlineWheel::schedule(Entry& entry, Monotonic due) {
  if (due >= entry.due_) return;
  entry.unlink();
  entry.due_ = due;
  const std::size_t at = std::clamp(tick_of(due), current_, current_ + kSlots - 1);
  insert_behind(slots_[at % kSlots], entry);
}

void DeadlineWheel::collect(Monotonic now, Entry& due) {
  const auto last = static_cast<std::size_t>(std::max(now - start_, Monotonic::duration(0)) / tick_);
  // After a long pause one turn visits everything.
  if (last >= current_ + kSlots) current_ = last - kSlots + 1;
  for (; current_ <= last; ++current_) {
    Entry& slot = slots_[current_ % kSlots];
    if (slot.after_ == nullptr) continue;
    Entry* tail = slot.after_;
    while (tail->after_ != nullptr) tail = tail->after_;
    tail->after_ = due.after_;
    if (due.after_ != nullptr) due.after_->before_ = tail;
    due.after_ = slot.after_;
    due.after_->before_ = &due;
    slot.after_ = nullptr;
  }
}

}  // namespace playhead::server
