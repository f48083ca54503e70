#pragma once

// The head of a request, request line and header lines, by a stricter grammar than most peers send and every
// proxy agrees on. Where two parsers could disagree about where a request ends (RFC 9112 11.2: request
// smuggling), the request is refused and the connection closed, however harmless it may look.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "server/http/options.h"
#include "server/http/refusal.h"
#include "server/http/request.h"

namespace playhead::server {

// Views into the bytes it was parsed from. Reused from request to request.
struct Head {
  Method method = Method::kOther;
  std::string_view target;
  bool http_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  bool chunked = false;
  std::uint64_t content_length = 0;  // 0 when absent
  std::vector<NamedValue> headers;
  std::string_view content_type;
  std::string_view content_encoding;
  std::string_view if_none_match;
  std::string_view authorization;
  std::string_view origin;
  std::string_view request_id;  // as sent, sane or not
};

// `bytes` is a whole head with the empty line that ends it.
std::optional<Refusal> parse_head(std::string_view bytes, const HttpOptions& options, Head& head);

// Finds where a head ends in bytes that come piece by piece, looking at each byte once.
class HeadScanner {
 public:
  // `input` begins with the head's first byte, and with each call with the same bytes as before. Gives the
  // head's size, or 0 while its end hasn't come. Refuses what is too large, lines that end in anything but
  // CRLF, folded lines, and a first byte or first line that no HTTP request has.
  std::optional<Refusal> scan(std::string_view input, const HttpOptions& options, std::size_t& head_size);
  void reset() { *this = {}; }

 private:
  std::size_t line_start_ = 0;
  std::size_t searched_ = 0;
  std::size_t lines_ = 0;
};

}  // namespace playhead::server
