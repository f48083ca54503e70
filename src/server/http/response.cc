#include "server/http/response.h"

#include <algorithm>
#include <array>

#include "server/http/text.h"

namespace playhead::server {

namespace {

struct Phrase {
  unsigned status;
  std::string_view text;
};

constexpr std::array kPhrases = {
    Phrase{101, "Switching Protocols"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{207, "Multi-Status"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{422, "Unprocessable Content"},
    Phrase{426, "Upgrade Required"},
    Phrase{428, "Precondition Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
    Phrase{507, "Insufficient Storage"},
};

}  // namespace

std::string_view reason_phrase(unsigned status) {
  const auto found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == kPhrases.end() ? std::string_view("Unknown") : found->text;
}

void append_status_line(std::string& out, unsigned status) {
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
}

Response& Response::header(std::string_view name, std::string_view value) {
  header_lines += name;
  header_lines += ": ";
  for (const char c : value) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    header_lines += control ? ' ' : c;
  }
  header_lines += "\r\n";
  return *this;
}

Response empty_response(unsigned status) {
  Response response;
  response.status = status;
  response.content_type = {};
  return response;
}

PreparedResponse::PreparedResponse(const Response& response) : status_(response.status) {
  append_status_line(text_, response.status);
  append_entity_lines(text_, response);
  head_size_ = text_.size();
  text_ += response.body;
}

void append_entity_lines(std::string& out, const Response& response) {
  if (!response.content_type.empty()) {
    out += "Content-Type: ";
    out += response.content_type;
    out += "\r\n";
  }
  out += response.header_lines;
  // RFC 9110 8.6: none with 204; with 304 it would have to be the length of the 200.
  if (response.status != 204 && response.status != 304) {
    out += "Content-Length: ";
    out += std::to_string(response.body.size());
    out += "\r\n";
  }
}

Response problem_response(const Problem& problem, std::string_view request_id) {
  Response response;
  response.status = problem.status;
  response.content_type = kProblemJson;
  std::string& body = response.body;
  body.reserve(256 + problem.error.detail.size());
  body += R"({"type":"urn:playhead:problem:)";
  body += problem.error.code;
  body += R"(","title":)";
  append_json_string(body, reason_phrase(problem.status));
  body += R"(,"status":)";
  body += std::to_string(problem.status);
  body += R"(,"code":)";
  append_json_string(body, problem.error.code);
  body += R"(,"detail":)";
  append_json_string(body, problem.error.detail);
  body += R"(,"requestId":)";
  append_json_string(body, request_id);
  body += '}';
  if (problem.retry_after_s != 0) response.header("Retry-After", std::to_string(problem.retry_after_s));
  return response;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_sequence_length(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 0xF];
    } else {
      out += text.substr(i, length);
    }
    i += length;
  }
  out += '"';
}

}  // namespace playhead::server
