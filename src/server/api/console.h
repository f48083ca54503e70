#pragma once

// GET /console: the operator's page, which the program carries, so that it is there wherever the program runs.

#include <span>
#include <string_view>
#include <vector>

#include "server/http/router.h"

namespace playhead::server::api {

struct ConsoleFile {
  std::string_view name;
  std::string_view type;
  std::string_view tag;  // made from its content
  std::string_view text;
};

// web/console as it was when the program was built.
std::span<const ConsoleFile> console_files();

// /console and the files below it. Nothing of them is fetched from elsewhere, and browsers are told to hold them to
// it.
std::vector<Route> console_routes();

}  // namespace playhead::server::api
