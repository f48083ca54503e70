#include "server/http/request.h"

#include <algorithm>
#include <array>

namespace playhead::server {

std::string_view method_name(Method method) {
  static constexpr std::array<std::string_view, kMethodCount> kNames = {"GET",   "HEAD",   "POST",    "PUT",
                                                                        "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return kNames[static_cast<std::size_t>(method)];
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view Request::path_value(std::string_view name) const {
  const auto found = std::ranges::find(path_values, name, &NamedValue::name);
  return found == path_values.end() ? std::string_view{} : found->value;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &NamedValue::name);
  if (found == query.end()) return std::nullopt;
  return found->value;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const NamedValue& line : headers) {
    if (equal_ignoring_case(line.name, name)) return line.value;
  }
  return std::nullopt;
}

bool Request::has_media_type(std::string_view type) const {
  std::string_view essence = content_type.substr(0, content_type.find(';'));
  while (!essence.empty() && (essence.back() == ' ' || essence.back() == '\t')) essence.remove_suffix(1);
  return equal_ignoring_case(essence, type);
}

}  // namespace playhead::server
