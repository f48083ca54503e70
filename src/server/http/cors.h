#pragma once

// What browsers are told about pages of other origins (the Fetch standard, 3.2).

#include <string>
#include <string_view>
#include <vector>

#include "server/http/options.h"
#include "server/http/response.h"

namespace playhead::server {

class Cors {
 public:
  explicit Cors(const CorsOptions& options);

  // Header lines for every answer to a page of this origin; empty when it may not read them. They live as long as
  // this.
  std::string_view lines_for(std::string_view origin) const;
  // Adds what answers the question whether such a request may be made at all.
  void allow(Response& preflight, std::string_view methods) const;

 private:
  struct Allowed {
    std::string origin;
    std::string lines;
  };
  std::vector<Allowed> allowed_;
  bool all_ = false;
  std::string all_lines_;
  std::string max_age_;
};

}  // namespace playhead::server
