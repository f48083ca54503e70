#include "load/response.h"

#include <charconv>
#include <cstring>

namespace playhead::load {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// `name` in lower case and with its colon.
bool starts_with_name(std::string_view line, std::string_view name) {
  if (line.size() < name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (lower(line[i]) != name[i]) return false;
  }
  return true;
}

std::string_view value_after(std::string_view line, std::string_view name) {
  line.remove_prefix(name.size());
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  return line;
}

bool status_line(std::string_view line, int& status) {
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return false;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status);
  return error == std::errc{} && end == line.data() + 12 && status >= 200;
}

// Reads what matters of a header line; false when the answer can't be understood.
bool header_line(std::string_view line, std::size_t& body_size, bool& close) {
  switch (lower(line[0])) {
    case 'c':
      if (starts_with_name(line, "content-length:")) {
        const auto value = value_after(line, "content-length:");
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), body_size);
        return error == std::errc{} && end == value.data() + value.size() && body_size <= kMaxBodyBytes;
      }
      if (starts_with_name(line, "connection:")) {
        close = starts_with_name(value_after(line, "connection:"), "close");
      }
      return true;
    case 't': return !starts_with_name(line, "transfer-encoding:");
    default: return true;
  }
}

}  // namespace

Reading read_response(std::string_view in, Response& out) {
  if (in.empty()) return Reading::kPartial;
  std::size_t at = 0;
  std::size_t body_size = 0;
  bool first = true;
  out.close = false;
  for (;;) {
    const auto* newline = static_cast<const char*>(std::memchr(in.data() + at, '\n', in.size() - at));
    if (newline == nullptr) return in.size() > kMaxHeadBytes ? Reading::kBroken : Reading::kPartial;
    const auto end = static_cast<std::size_t>(newline - in.data());
    auto line = in.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (at > kMaxHeadBytes) return Reading::kBroken;
    if (first) {
      if (!status_line(line, out.status)) return Reading::kBroken;
      first = false;
    } else if (line.empty()) {
      break;
    } else if (!header_line(line, body_size, out.close)) {
      return Reading::kBroken;
    }
  }
  if (out.status == 204 || out.status == 304) body_size = 0;
  if (in.size() - at < body_size) return Reading::kPartial;
  out.body = in.substr(at, body_size);
  out.size = at + body_size;
  return Reading::kWhole;
}

}  // namespace playhead::load
