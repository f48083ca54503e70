#pragma once

// Deadlines of many connections, cheap because they almost always move on before they come: moving one later
// costs nothing, and only what is due is looked at.

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/clock.h"

namespace playhead::server {

// Not thread-safe. Entries are the owner's; they leave the wheel when they are destroyed.
class DeadlineWheel {
 public:
  class Entry {
   public:
    Entry() = default;
    ~Entry() { unlink(); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    friend class DeadlineWheel;
    void unlink();

    Entry* before_ = nullptr;
    Entry* after_ = nullptr;
    Monotonic due_ = Monotonic::max();
  };

  // Entries come up at most one `tick` late.
  DeadlineWheel(Monotonic now, std::chrono::milliseconds tick);

  // Makes `entry` come up at `due` or earlier; an entry that is set to come up earlier already stays where it
  // is.
  void schedule(Entry& entry, Monotonic due);

  // Takes out every entry that has come up and calls `visit(entry)`, which schedules it again for its true
  // deadline (or destroys it; no other entry).
  template <class Visit>
  void advance(Monotonic now, Visit&& visit) {
    Entry due;
    collect(now, due);
    while (due.after_ != nullptr) {
      Entry& entry = *due.after_;
      entry.unlink();
      visit(entry);
    }
  }

 private:
  static constexpr std::size_t kSlots = 512;

  // Moves everything that has come up behind `due`.
  void collect(Monotonic now, Entry& due);
  std::size_t tick_of(Monotonic time) const;
  static void insert_behind(Entry& place, Entry& entry);

  const Monotonic start_;
  const std::chrono::milliseconds tick_;
  std::size_t current_ = 0;  // the tick that is collected next
  // Each is the head of a list. What is farther away than the wheel reaches waits in the last slot and is
  // looked at once a turn.
  std::vector<Entry> slots_{kSlots};
};

}  // namespace playhead::server
