#include "server/http/request_id.h"

#include <algorithm>

namespace playhead::server {

bool is_sane_request_id(std::string_view id) {
  const auto sane = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:/+=").find(c) != std::string_view::npos;
  };
  return !id.empty() && id.size() <= kMaxRequestIdBytes && std::ranges::all_of(id, sane);
}

void RequestIdSource::next(RequestId& id) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  state_ += 0x9E3779B97F4A7C15;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  mixed ^= mixed >> 31;
  std::array<char, 16> digits;
  for (char& digit : digits) {
    digit = kHex[mixed & 0xF];
    mixed >>= 4;
  }
  id.assign({digits.data(), digits.size()});
}

}  // namespace playhead::server
