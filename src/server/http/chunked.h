#pragma once

// The chunked transfer coding (RFC 9112 7.1), taken off as the bytes come.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/refusal.h"

namespace playhead::server {

// Strict: sizes are plain hex digits, lines end in CRLF, extensions and trailers are read past but may hold
// no control characters, and what isn't body is bounded.
class ChunkedDecoder {
 public:
  enum class Status : std::uint8_t { kNeedMore, kDone, kRefused };

  // `max_overhead` bounds the bytes that are not body: size lines, extensions, trailers.
  ChunkedDecoder(std::size_t max_body, std::size_t max_overhead)
      : max_body_(max_body), overhead_left_(max_overhead) {}

  // Takes bytes off the front of `input` and gives how many in `taken`; with kDone the rest is not this
  // body's.
  Status decode(std::string_view input, std::size_t& taken);

  std::string& body() { return body_; }
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class At : std::uint8_t {
    kSize,
    kExtension,
    kSizeLineFeed,
    kData,
    kDataReturn,
    kDataLineFeed,
    kTrailerStart,
    kTrailer,
    kTrailerLineFeed,
    kEndLineFeed,
  };

  // One byte of anything but data. False: it can't stand there, or there is too much of it.
  bool step(char byte, bool& done);
  bool size_digit(char byte);
  bool end_of_size_line();
  bool expect(char byte, char wanted, At next);
  bool refuse(const Refusal& why);

  std::size_t max_body_;
  std::size_t overhead_left_;
  At at_ = At::kSize;
  unsigned digits_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::string body_;
  Refusal refusal_;
};

}  // namespace playhead::server
