#include "app/setting_text.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <limits>
#include <ranges>
#include <span>

namespace playhead::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Ascending, the unit of 1 first.
constexpr std::array kSizes = {Unit{"", 1}, Unit{"KiB", std::int64_t{1} << 10}, Unit{"MiB", std::int64_t{1} << 20},
                               Unit{"GiB", std::int64_t{1} << 30}, Unit{"TiB", std::int64_t{1} << 40}};
constexpr std::array kDurations = {Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"min", 60'000}, Unit{"h", 3'600'000}};

std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_count(text.substr(0, digits));
  if (!number) return {};
  for (const auto& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit.factor) return {};
    return *number * unit.factor;
  }
  return {};
}

std::string format_with_unit(std::int64_t value, std::span<const Unit> units) {
  for (const auto& unit : std::views::reverse(units)) {
    if (value >= unit.factor && value % unit.factor == 0) {
      return std::to_string(value / unit.factor).append(unit.name);
    }
  }
  return std::to_string(value).append(units.front().name);
}

}  // namespace

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '-') return {};
  return value;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) { return parse_with_unit(text, kSizes); }

std::string format_bytes(std::int64_t bytes) { return format_with_unit(bytes, kSizes); }

std::optional<std::int64_t> parse_duration(std::string_view text) { return parse_with_unit(text, kDurations); }

std::string format_duration(std::int64_t ms) { return format_with_unit(ms, kDurations); }

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return {};
}

std::optional<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return {};
  const auto port = parse_count(text.substr(colon + 1));
  if (!port || *port > std::numeric_limits<std::uint16_t>::max()) return {};
  auto host = std::string(text.substr(0, colon));
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  std::array<unsigned char, sizeof(in6_addr)> parsed;
  if (inet_pton(bracketed ? AF_INET6 : AF_INET, host.c_str(), parsed.data()) != 1) return {};
  return Address{.host = std::move(host), .port = static_cast<std::uint16_t>(*port)};
}

std::string format_address(const Address& address) {
  const bool v6 = address.host.contains(':');
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 64;
  std::string out = "\"";
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7F ? '?' : c);
  }
  return out.append(text.size() > kShown ? "...\"" : "\"");
}

}  // namespace playhead::app
