#include "server/http/target.h"

#include "server/http/text.h"

namespace playhead::server {

namespace {

constexpr Refusal kNotAPath{400, "bad-target", "The request target must be a path that begins with a slash."};
constexpr Refusal kBadText{400, "bad-target",
                           "The path and query must be valid percent-encoded UTF-8 without control characters."};
constexpr Refusal kTooManyParameters{400, "bad-target", "The query has too many parameters."};

// Gives `part` decoded in `value`, as a view of `part` itself where nothing is encoded.
bool decode(std::string_view part, bool plus_is_space, std::string& storage, std::string_view& value) {
  value = part;
  const bool encoded = part.find('%') != part.npos || (plus_is_space && part.find('+') != part.npos);
  if (encoded) {
    const std::size_t start = storage.size();
    if (!percent_decode(part, plus_is_space, storage)) return false;
    value = std::string_view(storage).substr(start);
  }
  return is_clean_text(value);
}

// Leaves the origin form of an absolute target: "http://host/a?b" is "/a?b".
bool strip_origin(std::string_view& raw) {
  const std::size_t scheme_end = raw.find("://");
  if (scheme_end == raw.npos) return false;
  const std::string_view scheme = raw.substr(0, scheme_end);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return false;
  raw.remove_prefix(scheme_end + 3);
  const std::size_t host_end = raw.find_first_of("/?");
  if (host_end == 0 || raw.empty()) return false;
  raw.remove_prefix(host_end == raw.npos ? raw.size() : host_end);
  return true;
}

std::optional<Refusal> parse_query(std::string_view query, const HttpOptions& options, Target& out) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size() < query.size() ? pair.size() + 1 : pair.size());
    if (pair.empty()) continue;
    if (out.query.size() == options.max_query_parameters) return kTooManyParameters;
    const std::size_t equals = pair.find('=');
    NamedValue parameter;
    if (!decode(pair.substr(0, equals), true, out.decoded, parameter.name)) return kBadText;
    const std::string_view value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
    if (!decode(value, true, out.decoded, parameter.value)) return kBadText;
    out.query.push_back(parameter);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_target(std::string_view raw, Method method, const HttpOptions& options, Target& out) {
  out.path = raw;
  out.segments.clear();
  out.query.clear();
  out.decoded.clear();
  // Decoding never lengthens, so with this the views into `decoded` stay where they are.
  out.decoded.reserve(raw.size());
  if (raw == "*" && method == Method::kOptions) return std::nullopt;
  if (!raw.starts_with('/') && !strip_origin(raw)) return kNotAPath;
  if (raw.find('#') != raw.npos) return kNotAPath;
  const std::size_t question = raw.find('?');
  out.path = raw.substr(0, question);
  std::string_view rest = out.path.empty() ? std::string_view("/") : out.path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    std::string_view decoded;
    if (!decode(segment, false, out.decoded, decoded)) return kBadText;
    out.segments.push_back(decoded);
  }
  if (question == raw.npos) return std::nullopt;
  return parse_query(raw.substr(question + 1), options, out);
}

}  // namespace playhead::server
