#pragma once

// Just enough HTTP/1.1 to tell where an answer ends and whether it is the expected one. Pure: no I/O.

#include <cstddef>
#include <string_view>

namespace playhead::load {

struct Response {
  int status = 0;
  std::string_view body;  // borrowed from the input
  std::size_t size = 0;   // of the whole answer, head and body
  bool close = false;     // the server said that it will close the connection
};

enum class Reading {
  kWhole,
  kPartial,  // call again with the same bytes and more behind them
  kBroken,   // not HTTP/1.x, over the limits below, or of a kind that isn't understood (chunked)
};

inline constexpr std::size_t kMaxHeadBytes = 16 * 1024;
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024 * 1024;

// Reads the answer that begins at the first byte of `in`; `out` is valid for kWhole.
Reading read_response(std::string_view in, Response& out);

}  // namespace playhead::load
