#pragma once

// What a handler is given: one whole request, already checked against the grammar and the limits. Everything
// in it is a view that is valid until the handler returns; a handler that answers later copies what it needs.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace playhead::server {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };
inline constexpr std::size_t kMethodCount = 8;

// "GET"; "OTHER" for a method this server has no use for.
std::string_view method_name(Method method);

struct NamedValue {
  std::string_view name;
  std::string_view value;
};

struct Request {
  // A HEAD request reaches the handler of its GET route with method kHead; the engine leaves the body out.
  Method method = Method::kOther;
  // As it was sent: percent-encoded, without the query.
  std::string_view path;
  // What stood in the places of the pattern's {names}, in their order: percent-decoded, valid UTF-8, without
  // control characters, never empty.
  std::span<const NamedValue> path_values;
  // In the order they were sent, names may repeat: percent-decoded with '+' as space (as URLSearchParams
  // writes it), valid UTF-8, without control characters. "?a" is a with an empty value.
  std::span<const NamedValue> query;
  // In the order they were sent, names as they were sent. A name that was sent twice is here twice.
  std::span<const NamedValue> headers;
  // The commonest headers, as they were sent; empty when absent.
  std::string_view content_type;
  std::string_view content_encoding;
  std::string_view if_none_match;
  std::string_view authorization;
  // Transfer coding removed. At most HttpOptions::max_body_bytes.
  std::string_view body;
  // The client's X-Request-Id when it is sane, else a new one. The answer carries it too.
  std::string_view request_id;
  // The peer's address without its port.
  std::string_view peer;

  // Value of the pattern's {name}; empty when the pattern has no such name.
  std::string_view path_value(std::string_view name) const;
  // The first of that name.
  std::optional<std::string_view> query_value(std::string_view name) const;
  // The first of that name, compared without regard to case.
  std::optional<std::string_view> header(std::string_view name) const;
  // True when Content-Type is this media type, whatever its parameters: has_media_type("application/json")
  // for "Application/JSON; charset=utf-8". `type` in lower case.
  bool has_media_type(std::string_view type) const;
};

// ASCII only.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace playhead::server
