#include "server/api/json_values.h"

#include <charconv>
#include <cstdlib>
#include <system_error>

#include "model/text_time.h"

namespace playhead::server::api {

using simdjson::dom::element;
using simdjson::dom::element_type;

// In UTF-8, C1 is C2 80 to C2 9F.
bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

std::string sentence(std::string_view field, std::string_view rest) {
  std::string out;
  out.reserve(field.size() + rest.size() + 3);
  return out.append("\"").append(field).append("\" ").append(rest);
}

void IdArena::reset(std::size_t updates) {
  constexpr std::size_t kIdsAnUpdate = 6;  // user, show, episode, next episode, device, session
  constexpr std::size_t kDigits = 16;      // of kMaxInteger
  used_ = 0;
  if (const auto needed = updates * kIdsAnUpdate * kDigits; capacity_ < needed) {
    bytes_ = std::make_unique_for_overwrite<char[]>(needed);
    capacity_ = needed;
  }
}

std::string_view IdArena::put(std::int64_t value) {
  char* const begin = bytes_.get() + used_;
  const auto [end, error] = std::to_chars(begin, bytes_.get() + capacity_, value);
  if (error != std::errc{}) std::abort();
  used_ += static_cast<std::size_t>(end - begin);
  return {begin, end};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 32;
  std::string out = "\"";
  for (const char c : text.substr(0, kShown)) {
    const bool plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    out.push_back(plain ? c : '?');
  }
  return out.append(text.size() > kShown ? "...\"" : "\"");
}

std::string_view kind_of(element value) {
  switch (value.type()) {
    case element_type::ARRAY: return "an array";
    case element_type::OBJECT: return "an object";
    case element_type::INT64:
    case element_type::UINT64: return "an integer";
    case element_type::DOUBLE: return "a number with a fraction or an exponent";
    case element_type::STRING: return "a string";
    case element_type::BOOL: return "true or false";
    case element_type::NULL_VALUE: return "null";
  }
  return "something else";
}

Result<std::int64_t> read_time(std::string_view field, element value) {
  model::TimeResult<std::int64_t> time = std::unexpected(model::TimeFault::kBadTime);
  switch (value.type()) {
    case element_type::INT64: time = model::epoch_ms(get_unchecked<std::int64_t>(value)); break;
    case element_type::UINT64: time = std::unexpected(model::TimeFault::kOutOfRange); break;
    case element_type::DOUBLE: time = model::epoch_ms(get_unchecked<double>(value)); break;
    case element_type::STRING: time = model::epoch_ms(get_unchecked<std::string_view>(value)); break;
    default: break;
  }
  if (time) return *time;
  const auto code = time.error() == model::TimeFault::kSeconds ? "time-in-seconds" : "invalid-time";
  return fail(code, sentence(field, model::explain(time.error())));
}

}  // namespace playhead::server::api
