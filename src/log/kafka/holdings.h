#pragma once

// The partitions that a member owns and how far it is in each: what any thread may ask while the feed's thread moves
// on.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "log/group_feed.h"

namespace playhead::log::kafka {

// What to do with a record that came.
struct Step {
  bool deliver = false;
  bool missed = false;   // records were left out: they are from `expected` to before this one
  bool cut = false;      // the log goes on here, before `expected`
  bool damaged = false;  // what was left out belongs to a record that was damaged
  Offset expected = 0;
};

// Any thread.
class Holdings {
 public:
  void add(Partition partition, Offset from, Offset committed);
  void remove(std::span<const Partition> partitions);
  std::vector<Partition> partitions() const;
  bool has(Partition partition) const;

  // A record came. `end`: where the partition ends as far as is known.
  Step advance(Partition partition, Offset offset, Offset end, std::int64_t appended_ms);
  // A record came that can't be read; false when it was told already or the partition isn't ours.
  bool damage(Partition partition, Offset offset);

  // Of `checkpoints`, those that are ours and not committed yet.
  std::vector<Checkpoint> news(std::span<const Checkpoint> checkpoints) const;
  void committed(Partition partition, Offset offset);

  struct Place {
    Partition partition;
    Offset next;
    std::int64_t appended_ms;  // of the last record; 0: none yet
  };
  std::vector<Place> places() const;

 private:
  struct Holding {
    Offset next = 1, committed = 1;
    std::int64_t appended_ms = 0;
    bool after_damage = false;
  };

  mutable std::mutex mutex_;
  std::map<Partition, Holding> held_;
};

}  // namespace playhead::log::kafka
