#pragma once

// `playhead schema` and `playhead dead-letters`: what an operator of a cluster does by hand.

#include <iosfwd>

#include "app/cli.h"

namespace playhead::app {

// Makes the topics, the keyspace and its tables, or checks those that are there.
Command schema_command(std::ostream& out, Environment environment = environment_variable);

// `dead-letters list`: a line of JSON for each. `dead-letters replay`: puts those that this program understands back
// where they belong; may be repeated, since what is there already merges into nothing.
Command dead_letters_command(std::ostream& out, Environment environment = environment_variable);

}  // namespace playhead::app
