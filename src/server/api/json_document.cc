#include "server/api/json_document.h"

#include <new>

#include "server/api/json_repair.h"
#include "server/api/json_values.h"

namespace playhead::server::api {
namespace {

static_assert(kReadPastEnd >= simdjson::SIMDJSON_PADDING);

Error body_error(simdjson::error_code code) {
  const auto not_json = [](std::string_view why) {
    return Error{"invalid-json", std::string("The body is not JSON: ").append(why)};
  };
  switch (code) {
    case simdjson::EMPTY: return {"empty-body", "The body is empty; expected a JSON object."};
    case simdjson::UTF8_ERROR: return {"invalid-utf8", "The body is not valid UTF-8; expected JSON in UTF-8."};
    case simdjson::DEPTH_ERROR:
      return {"too-deep", "The body nests objects and arrays too deeply; expected at most " +
                              std::to_string(kMaxDepth) + " levels."};
    case simdjson::NUMBER_ERROR: return not_json("one of its numbers is malformed.");
    case simdjson::STRING_ERROR: return not_json("one of its strings has a malformed escape.");
    case simdjson::UNESCAPED_CHARS:
      return not_json("one of its strings holds a control character that is not escaped.");
    case simdjson::UNCLOSED_STRING: return not_json("one of its strings is not closed.");
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR: return not_json("it holds a word other than true, false and null.");
    default: return not_json("a bracket, brace, comma, colon or value is missing or out of place.");
  }
}

}  // namespace

Result<simdjson::dom::object> JsonDocument::parse(std::string_view body, std::size_t readable_past_end) {
  // The depth is given with the first allocation and kept by those that follow.
  if (parser_.capacity() == 0 && parser_.allocate(4096, kMaxDepth) != simdjson::SUCCESS) throw std::bad_alloc();
  const bool copy = readable_past_end < simdjson::SIMDJSON_PADDING;
  auto root = parser_.parse(body.data(), body.size(), copy);
  if (root.error() == simdjson::NUMBER_ERROR || root.error() == simdjson::STRING_ERROR) {
    repaired_ = replace_what_cannot_be_held(body);
    root = parser_.parse(repaired_.data(), repaired_.size(), true);
  }
  if (root.error() == simdjson::MEMALLOC) throw std::bad_alloc();
  if (root.error() != simdjson::SUCCESS) return std::unexpected(body_error(root.error()));
  simdjson::dom::object object;
  if (root.get(object) == simdjson::SUCCESS) return object;
  return fail("not-an-object",
              std::string("The body is ").append(kind_of(root.value_unsafe())).append("; expected an object."));
}

}  // namespace playhead::server::api
