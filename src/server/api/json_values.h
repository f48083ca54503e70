#pragma once

// What reading JSON values takes whatever object they stand in. Internal to progress_json.

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace playhead::server::api {

// Integer ids as text. Views stay valid until the next reset().
class IdArena {
 public:
  // Room for all the ids of `updates` updates; keeps what it has when that suffices.
  void reset(std::size_t updates);
  // `value` is at most kMaxInteger.
  std::string_view put(std::int64_t value);

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
};

// `text` for an error's detail: quoted, plain ASCII, cut to a few dozen bytes.
std::string quoted(std::string_view text);

// "a string", "an object", … for an error's detail.
std::string_view kind_of(simdjson::dom::element value);

// A time field: RFC 3339 text or epoch milliseconds. Codes invalid-time and time-in-seconds.
Result<std::int64_t> read_time(std::string_view field, simdjson::dom::element value);

// C0, DEL or C1.
bool has_control_character(std::string_view text);

// `"field" rest`
std::string sentence(std::string_view field, std::string_view rest);

// For values whose type was looked at before.
template <class T>
T get_unchecked(simdjson::dom::element value) {
  return value.get<T>().value_unsafe();
}

}  // namespace playhead::server::api
