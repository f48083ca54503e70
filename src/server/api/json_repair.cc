#include "server/api/json_repair.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace playhead::server::api {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNumberCharacters = "0123456789+-.eE";

std::size_t span(std::string_view text, std::size_t from, std::string_view characters) {
  const auto end = text.find_first_not_of(characters, from);
  return (end == text.npos ? text.size() : end) - from;
}

enum class Shape { kNone, kInteger, kReal };

// RFC 8259, section 6.
Shape number_shape(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto whole = span(text, at, kDigits);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return Shape::kNone;
  at += whole;
  if (at == text.size()) return Shape::kInteger;
  if (text[at] == '.') {
    const auto fraction = span(text, at + 1, kDigits);
    if (fraction == 0) return Shape::kNone;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const auto exponent = span(text, at, kDigits);
    if (exponent == 0) return Shape::kNone;
    at += exponent;
  }
  return at == text.size() ? Shape::kReal : Shape::kNone;
}

// Empty when the number can be held. Never longer than `text`.
std::string_view stand_in(std::string_view text) {
  switch (number_shape(text)) {
    case Shape::kNone: return {};
    case Shape::kInteger: {
      std::int64_t value = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
      if (read.ec != std::errc::result_out_of_range) return {};
      return text.front() == '-' ? "-9223372036854775807" : "9223372036854775807";
    }
    case Shape::kReal:
      if (!std::isinf(std::strtod(std::string(text).c_str(), nullptr))) return {};
      return text.front() == '-' ? "-1e308" : "1e308";
  }
  return {};
}

// The code unit of the escape at `at`, when it is one.
std::optional<unsigned> code_unit(std::string_view json, std::size_t at) {
  if (!json.substr(at).starts_with("\\u") || json.size() < at + 6) return {};
  unsigned unit = 0;
  const char* const digits = json.data() + at + 2;
  const auto read = std::from_chars(digits, digits + 4, unit, 16);
  if (read.ec != std::errc{} || read.ptr != digits + 4) return {};
  return unit;
}

// From the opening quote at `at` to behind the closing one.
std::size_t repair_string(std::string& json, std::size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '"') return at + 1;
    if (json[at] != '\\') continue;
    const auto unit = code_unit(json, at);
    if (!unit) {
      ++at;
      continue;
    }
    if (*unit >= 0xD800 && *unit <= 0xDFFF) {
      const auto second = code_unit(json, at + 6);
      if (*unit <= 0xDBFF && second && *second >= 0xDC00 && *second <= 0xDFFF) {
        at += 6;
      } else {
        json.replace(at + 2, 4, "0000");
      }
    }
    at += 5;
  }
  return at;
}

}  // namespace

std::string replace_what_cannot_be_held(std::string_view original) {
  std::string json(original);
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      at = repair_string(json, at);
      continue;
    }
    const auto length = span(json, at, kNumberCharacters);
    if (length == 0) {
      ++at;
      continue;
    }
    if (const auto instead = stand_in(std::string_view(json).substr(at, length)); !instead.empty()) {
      json.replace(at, length, std::string(instead).append(length - instead.size(), ' '));
    }
    at += length;
  }
  return json;
}

}  // namespace playhead::server::api
