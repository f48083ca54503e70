#pragma once

// Takes a request target apart: "/v1/users/J%C3%B6rg/resume?showId=7" into decoded segments and query
// parameters.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/options.h"
#include "server/http/refusal.h"
#include "server/http/request.h"

namespace playhead::server {

// Reused from request to request so that taking a target apart allocates nothing.
struct Target {
  std::string_view path;  // as sent, without the query
  // "/a/b" is {"a", "b"}; "/" is {""}; "*" (which only OPTIONS may use) is none.
  std::vector<std::string_view> segments;
  std::vector<NamedValue> query;
  // Holds what had to be decoded; the views above point into it or into the target.
  std::string decoded;
};

// Accepts origin form, absolute form (http and https, host ignored: RFC 9112 3.2.2) and "*" for OPTIONS.
// Refuses bad percent-encoding, text that isn't valid UTF-8, control characters, fragments, and too many
// parameters.
std::optional<Refusal> parse_target(std::string_view raw, Method method, const HttpOptions& options, Target& out);

}  // namespace playhead::server
