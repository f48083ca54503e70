#pragma once

// What this process knows of the partitions' ends without asking: the greatest that it has seen.

#include <atomic>
#include <vector>

#include "log/heartbeat_log.h"

namespace playhead::log::kafka {

// Any thread.
class Marks {
 public:
  explicit Marks(Partition partitions) : marks_(partitions) {}

  void saw_first(Partition partition, Offset first) { raise(marks_[partition].first, first); }
  void saw_next(Partition partition, Offset next) { raise(marks_[partition].next, next); }
  LogUsage usage(Partition partition) const {
    return {.first = marks_[partition].first.load(std::memory_order_relaxed),
            .next = marks_[partition].next.load(std::memory_order_relaxed)};
  }

 private:
  struct Mark {
    std::atomic<Offset> first{1}, next{1};
  };

  static void raise(std::atomic<Offset>& mark, Offset to) {
    auto now = mark.load(std::memory_order_relaxed);
    while (now < to && !mark.compare_exchange_weak(now, to, std::memory_order_relaxed)) {
    }
  }

  std::vector<Mark> marks_;
};

}  // namespace playhead::log::kafka
