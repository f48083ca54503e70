#pragma once

// What a run found, for people and for scripts.

#include <string>

#include "load/runner.h"

namespace playhead::load {

// Several lines, ending in a newline.
std::string table_of(const RunReport& report);

// One JSON object: seconds, streams (requests, updates, rates, latency percentiles in microseconds, errors), and CPU
// seconds and microseconds per update (per request where nothing is updated) of server and generator.
std::string json_of(const RunReport& report);

// Quotes and escapes; bytes that are no ASCII text become \u00XX.
std::string json_string(std::string_view text);

}  // namespace playhead::load
