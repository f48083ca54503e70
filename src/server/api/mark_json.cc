#include "server/api/mark_json.h"

#include "server/api/json_document.h"
#include "server/api/json_values.h"

namespace playhead::server::api {

Result<MarkRequest> parse_mark(std::string_view body) {
  // The body is small and rare: a document of its own each time is no matter.
  JsonDocument document;
  const auto object = document.parse(body);
  if (!object) return std::unexpected(object.error());
  std::optional<simdjson::dom::element> watched;
  std::optional<simdjson::dom::element> timestamp;
  for (const auto [name, value] : *object) {
    auto* const field = name == "watched" ? &watched : name == "timestamp" ? &timestamp : nullptr;
    if (field == nullptr) continue;
    if (field->has_value()) return fail("duplicate-key", sentence(name, "appears twice; expected it once."));
    *field = value;
  }
  MarkRequest mark;
  if (!watched || watched->get(mark.watched) != simdjson::SUCCESS) {
    return fail("invalid-mark", sentence("watched", watched ? "is " : "is missing")
                                    .append(watched ? kind_of(*watched) : std::string_view())
                                    .append("; expected true or false."));
  }
  if (!timestamp || timestamp->is_null()) return mark;
  auto time = read_time("timestamp", *timestamp);
  if (!time) return std::unexpected(std::move(time.error()));
  mark.timestamp_ms = *time;
  return mark;
}

}  // namespace playhead::server::api
