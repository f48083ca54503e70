#include "server/api/json_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/text_time.h"
#include "server/http/response.h"

namespace playhead::server::api {

void JsonWriter::comma() {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_.push_back(',');
}

void JsonWriter::name(std::string_view name) {
  comma();
  out_.push_back('"');
  out_.append(name).append("\":");
}

JsonWriter& JsonWriter::begin_object() {
  comma();
  out_.push_back('{');
  return *this;
}
JsonWriter& JsonWriter::end_object() {
  out_.push_back('}');
  return *this;
}
JsonWriter& JsonWriter::begin_array(std::string_view array) {
  name(array);
  out_.push_back('[');
  return *this;
}
JsonWriter& JsonWriter::end_array() {
  out_.push_back(']');
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view field, std::string_view value) {
  name(field);
  append_json_string(out_, value);
  return *this;
}
JsonWriter& JsonWriter::id(std::string_view field, const model::IdView& value) {
  if (!value.present()) return null(field);
  if (!value.integer) return text(field, value.text);
  name(field);
  out_.append(value.text);
  return *this;
}
JsonWriter& JsonWriter::integer(std::string_view field, std::uint64_t value) {
  name(field);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}
JsonWriter& JsonWriter::flag(std::string_view field, bool value) {
  name(field);
  out_.append(value ? "true" : "false");
  return *this;
}
JsonWriter& JsonWriter::null(std::string_view field) {
  name(field);
  out_.append("null");
  return *this;
}

JsonWriter& JsonWriter::seconds(std::string_view field, std::int64_t ms) {
  name(field);
  fmt::format_to(std::back_inserter(out_), "{}", ms / 1000);
  if (ms % 1000 == 0) return *this;
  fmt::format_to(std::back_inserter(out_), ".{:03}", ms % 1000);
  while (out_.back() == '0') out_.pop_back();
  return *this;
}

JsonWriter& JsonWriter::time(std::string_view field, std::int64_t epoch_ms) {
  name(field);
  out_.push_back('"');
  model::append_rfc3339(out_, epoch_ms);
  out_.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::fraction(std::string_view field, std::int64_t part, std::int64_t whole) {
  const auto thousandths = whole > 0 ? std::clamp<std::int64_t>(part * 1000 / whole, 0, 1000) : 0;
  return seconds(field, thousandths);
}

JsonWriter& JsonWriter::fields(std::string_view written) {
  if (written.empty()) return *this;
  comma();
  out_.append(written);
  return *this;
}

}  // namespace playhead::server::api
