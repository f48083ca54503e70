#pragma once

// Which of two updates to the same register is the later one.

#include <compare>
#include <cstdint>

namespace playhead::model {

// Compared field by field, in this order. How versions compare is part of the stored format and never
// changes; how they are given out (stamping.h) may. Equal versions are decided by the greater encoded value
// (item.h), so the order is total and equal means identical.
struct Version {
  std::uint64_t counter = 0;  // 0 in timestamp mode; there, time decides
  std::int64_t time_ms = 0;   // epoch milliseconds, corrected for the device's clock
  std::uint64_t seq = 0;      // the session's own count, for updates of one millisecond

  friend auto operator<=>(const Version&, const Version&) = default;
};

}  // namespace playhead::model
