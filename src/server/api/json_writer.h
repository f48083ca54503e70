#pragma once

// Writes the API's JSON: compact, fields in the order given, milliseconds as seconds and as RFC 3339 times. A
// library's serializer would write 1122 as 1.122E3 and need a tree first.

#include <cstdint>
#include <string>
#include <string_view>

#include "model/update.h"

namespace playhead::server::api {

class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array(std::string_view name);
  JsonWriter& end_array();

  JsonWriter& text(std::string_view name, std::string_view value);
  JsonWriter& id(std::string_view name, const model::IdView& value);  // null when absent
  JsonWriter& integer(std::string_view name, std::uint64_t value);
  JsonWriter& flag(std::string_view name, bool value);
  JsonWriter& null(std::string_view name);
  // Milliseconds in; seconds with at most three decimals out.
  JsonWriter& seconds(std::string_view name, std::int64_t ms);
  // Epoch milliseconds in; RFC 3339 UTC out.
  JsonWriter& time(std::string_view name, std::int64_t epoch_ms);
  // From 0 to 1, three decimals.
  JsonWriter& fraction(std::string_view name, std::int64_t part, std::int64_t whole);
  // Fields that were written before, without the braces; nothing when empty.
  JsonWriter& fields(std::string_view written);

  std::string& str() { return out_; }

 private:
  void name(std::string_view name);
  void comma();

  std::string out_;
};

}  // namespace playhead::server::api
