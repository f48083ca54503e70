#include "server/http/cors.h"

#include <algorithm>

namespace playhead::server {
namespace {

// What a client reads of an answer beside its body.
constexpr std::string_view kExposed = "Access-Control-Expose-Headers: ETag, Retry-After, X-Request-Id, Date\r\n";
constexpr std::string_view kRequestHeaders = "Authorization, Content-Type, If-None-Match, X-Request-Id";

std::string lines(std::string_view origin, bool varies) {
  return std::string("Access-Control-Allow-Origin: ")
      .append(origin)
      .append(varies ? "\r\nVary: Origin\r\n" : "\r\n")
      .append(kExposed);
}

}  // namespace

Cors::Cors(const CorsOptions& options) {
  for (const auto& origin : options.origins) {
    if (origin == "*") {
      all_ = true;
    } else {
      allowed_.push_back({origin, lines(origin, true)});
    }
  }
  if (all_) all_lines_ = lines("*", false);
  max_age_ = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(options.max_age).count());
}

std::string_view Cors::lines_for(std::string_view origin) const {
  if (origin.empty()) return {};
  const auto found = std::ranges::find(allowed_, origin, &Allowed::origin);
  if (found != allowed_.end()) return found->lines;
  return all_lines_;
}

void Cors::allow(Response& preflight, std::string_view methods) const {
  preflight.header("Access-Control-Allow-Methods", methods);
  preflight.header("Access-Control-Allow-Headers", kRequestHeaders);
  preflight.header("Access-Control-Max-Age", max_age_);
}

}  // namespace playhead::server
