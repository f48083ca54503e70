#pragma once

// A request is built once, as text with placeholders such as {user}, and then only its digits are patched in place:
// making the next request costs tens of nanoseconds, so that the generator stays small next to the server.
//
// Every placeholder has a fixed number of digits and its values never begin with 0 (JSON forbids that), so a request
// never changes its length and Content-Length stays true.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace playhead::load {

enum class Field : std::uint8_t { kUser, kShow, kEpisode, kPosition, kSeq, kTimestamp };
inline constexpr std::size_t kFields = 6;

struct FieldInfo {
  std::string_view name;
  std::uint8_t digits;
};
inline constexpr std::array<FieldInfo, kFields> kFieldInfo{{
    {"user", 10},       // from 1000000000
    {"show", 4},        // from 1000
    {"episode", 6},     // from 100000
    {"position", 4},    // seconds, from 1000
    {"seq", 9},         // from 100000000
    {"timestamp", 13},  // epoch milliseconds
}};

struct Values {
  std::array<std::uint64_t, kFields> of{};
  std::uint64_t& operator[](Field f) { return of[static_cast<std::size_t>(f)]; }
  std::uint64_t operator[](Field f) const { return of[static_cast<std::size_t>(f)]; }
};

// Writes exactly `width` decimal digits of `value`, whose higher digits are dropped.
void write_digits(char* at, unsigned width, std::uint64_t value);

class Pattern {
 public:
  // `updates`: how many equal parts the placeholders belong to, in order (a batch); at least 1. An unknown
  // placeholder is left as it is, since JSON is full of braces. Error "uneven-pattern" when they don't divide.
  static Result<Pattern> parse(std::string_view text, std::size_t updates);

  // The request with everything patched so far.
  std::string_view bytes() const { return bytes_; }
  std::size_t updates() const { return updates_; }
  void patch(std::size_t update, const Values& values);

 private:
  struct Slot {
    std::uint32_t offset;
    Field field;
  };
  std::string bytes_;
  std::vector<Slot> slots_;
  std::size_t updates_ = 1;
  std::size_t slots_each_ = 0;
};

// A whole HTTP/1.1 request as pattern text. `headers`: extra lines, each ending in CRLF. An empty body sends no
// Content-Length.
std::string request_text(std::string_view method, std::string_view path, std::string_view host,
                         std::string_view headers, std::string_view body);

// {"updates":[item,item,…]}, or the item alone for 1.
std::string batch_body(std::string_view item, std::size_t updates);

}  // namespace playhead::load
