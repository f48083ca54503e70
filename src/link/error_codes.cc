#include "link/error_codes.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>
#include <string>

namespace playhead::link {

std::string_view kept_code(std::string_view code) {
  constexpr std::string_view kOther = "peer-failed";
  constexpr std::size_t kMaxCodes = 256;
  constexpr std::size_t kMaxBytes = 64;
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (code.empty() || code.size() > kMaxBytes || !std::all_of(code.begin(), code.end(), fits)) return kOther;
  static std::mutex mutex;
  // Never destroyed: errors outlive main().
  static auto& codes = *new std::set<std::string, std::less<>>;
  const std::lock_guard lock(mutex);
  const auto found = codes.find(code);
  if (found != codes.end()) return *found;
  if (codes.size() >= kMaxCodes) return kOther;
  return *codes.emplace(code).first;
}

}  // namespace playhead::link
