#pragma once

// Why the engine itself turns a request away.

#include <string_view>

namespace playhead::server {

struct Refusal {
  unsigned status = 400;
  // String literals: they end up in a Problem as code and detail.
  std::string_view code;
  std::string_view detail;
};

}  // namespace playhead::server
