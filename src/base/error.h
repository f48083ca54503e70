#pragma once

// How a failure travels: bad input and refused operations are values with a stable code and a sentence for
// the person who has to act on it. Start-up that cannot go on throws StartupError; a broken invariant aborts.

#include <expected>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace playhead {

struct Error {
  // Kebab-case and stable across releases, e.g. "invalid-position"; always a string literal.
  std::string_view code;
  // A whole sentence: what is wrong, where, and what to do.
  std::string detail;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string_view code, std::string detail) {
  return std::unexpected(Error{code, std::move(detail)});
}

// what() is the one line that the program prints before it exits.
class StartupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace playhead
