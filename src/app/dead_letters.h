#pragma once

// What `playhead dead-letters` does.

#include <cstdint>
#include <iosfwd>
#include <string>

#include "app/config.h"

namespace playhead::app {

// A line of JSON for each dead letter, the oldest first. Throws StartupError when Kafka does not answer.
void list_dead_letters(const Config& config, std::ostream& out);

struct Replayed {
  std::uint64_t records = 0;  // put back into the queue
  std::uint64_t rows = 0;     // put into the database
  std::uint64_t refused = 0;  // not understood, or refused, again
};
// From the letter with this number on. Throws StartupError when Kafka or Cassandra does not answer.
Replayed replay_dead_letters(const Config& config, std::uint64_t from, std::ostream& out);

}  // namespace playhead::app
