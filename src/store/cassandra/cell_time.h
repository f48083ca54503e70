#pragma once

// From versions to Cassandra's timestamps (microseconds by custom, any 64-bit number by its rules). Cassandra keeps
// of each cell the greatest timestamp, and of equal ones the greatest value as bytes. Our values begin with their
// version, so any mapping that never decreases gives our order; where it maps versions that differ to one number, the
// bytes decide. What an erasure takes is decided by the number alone, so it may only take what surely is covered.

#include <cstdint>

#include "model/stamping.h"
#include "model/version.h"

namespace playhead::store {

// timestamp mode: the version's time in microseconds, so that what an operator deletes by hand, at the server's
// clock, stays within reason. Exact for times up to 2^53 ms; a counter, which that mode doesn't have, is later than
// any time. counter mode: counter and time side by side, 20 and 42 bits. Exact up to a million sessions of a user and
// the year 2109, beyond which numbers stay equal and the bytes decide.
class CellTime {
 public:
  explicit CellTime(model::Ordering ordering) : counters_(ordering == model::Ordering::kCounter) {}

  // Of a register's cell. Greater versions never get a smaller number.
  std::int64_t cell(const model::Version& version) const;

  // Of the deletion that erases up to (counter, time) of `up_to`: takes every cell whose number is at or below it,
  // all of which are covered. Where the mapping is exact that is all there is to erase; elsewhere some stay, and
  // whoever reads has to drop them.
  std::int64_t erase(const model::Version& up_to) const;

  // Of the cell that remembers the erasure: it survives its own deletion and no later one.
  std::int64_t erased(const model::Version& up_to) const { return erase(up_to) + 1; }

 private:
  bool counters_;
};

}  // namespace playhead::store
