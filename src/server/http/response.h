#pragma once

// What a handler answers with: a Response (built once, sent once), a PreparedResponse (formatted once, sent
// many times: the hot path) or a Problem (RFC 9457). The engine adds Date, X-Request-Id, Content-Length and
// Connection.

#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"

namespace playhead::server {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";

struct Response {
  unsigned status = 200;  // 200..599
  // A string literal; empty for an answer without a body.
  std::string_view content_type = kJson;
  std::string body;
  // Further header lines, each ending in CRLF: written by header().
  std::string header_lines;

  // Adds a header line such as ETag, Retry-After or Cache-Control. Control characters in the value become
  // spaces, so that no value can add a line of its own.
  Response& header(std::string_view name, std::string_view value);
};

// An answer without a body.
Response empty_response(unsigned status);

// A response with its head already formatted; sending it is two copies. Copyable; immutable, so that threads
// may share one.
class PreparedResponse {
 public:
  explicit PreparedResponse(const Response& response);

  unsigned status() const { return status_; }
  // Status line and header lines, without the empty line that ends them.
  std::string_view head() const { return std::string_view(text_).substr(0, head_size_); }
  std::string_view body() const { return std::string_view(text_).substr(head_size_); }

 private:
  unsigned status_;
  std::size_t head_size_ = 0;
  std::string text_;
};

// Becomes application/problem+json with type, title, status, code, detail and requestId.
struct Problem {
  unsigned status = 500;  // 400..599
  Error error;
  // Retry-After in seconds; 0 for none.
  unsigned retry_after_s = 0;
};

// `problem` as a response for the request of that id; add headers as to any other.
Response problem_response(const Problem& problem, std::string_view request_id);

using Answer = std::variant<PreparedResponse, Problem>;

// The standard phrase of a status: "Not Found". "Unknown" for one that has none.
std::string_view reason_phrase(unsigned status);

// "HTTP/1.1 202 Accepted\r\n".
void append_status_line(std::string& out, unsigned status);

// Content-Type, the response's own lines and Content-Length (where the status has one).
void append_entity_lines(std::string& out, const Response& response);

// `text` as a JSON string with its quotes; what is not valid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace playhead::server
