#include "server/http/head.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <limits>

namespace playhead::server {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

constexpr Refusal kBadRequestLine{400, "bad-request-line",
                                  "The request line must be a method, a target and HTTP/1.1, one space between."};
constexpr Refusal kBadVersion{505, "version-not-supported", "This server speaks HTTP/1.1 and HTTP/1.0."};
constexpr Refusal kTargetTooLong{414, "target-too-long", "The request target is longer than this server takes."};
constexpr Refusal kHeadersTooLarge{431, "headers-too-large",
                                   "The request has more header lines, or longer ones, than this server takes."};
constexpr Refusal kBadHeader{400, "bad-header",
                             "A header line is malformed: it must be a name, a colon and a value on one line."};
constexpr Refusal kBadLineEnd{400, "bad-line-end", "Every line of a request's head must end in CR LF."};
constexpr Refusal kBadFraming{400, "bad-framing",
                              "Where the body ends must be said once: by one Content-Length, or by "
                              "Transfer-Encoding: chunked alone."};
constexpr Refusal kBadHost{400, "bad-host", "An HTTP/1.1 request must have exactly one valid Host header."};
constexpr Refusal kBadExpect{417, "expectation-failed", "The only expectation this server meets is 100-continue."};

std::string_view view(Text text) { return {text.data(), text.size()}; }

Method to_method(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::kGet;
    case http::verb::head: return Method::kHead;
    case http::verb::post: return Method::kPost;
    case http::verb::put: return Method::kPut;
    case http::verb::patch: return Method::kPatch;
    case http::verb::delete_: return Method::kDelete;
    case http::verb::options: return Method::kOptions;
    default: return Method::kOther;
  }
}

bool is_host(std::string_view value) { return value.find_first_of(" \t,/\\@?#<>\"") == value.npos; }

bool all_digits(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

// `line` without its line end. HTTP/0.9 has no version, HTTP/2 begins with "PRI * HTTP/2.0".
std::optional<Refusal> check_version(std::string_view line) {
  if (line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0")) return std::nullopt;
  const std::string_view last = line.substr(line.rfind(' ') + 1);
  const bool another = last.size() == 8 && last.starts_with("HTTP/") && all_digits(last.substr(5, 1)) &&
                       last[6] == '.' && all_digits(last.substr(7));
  return another ? kBadVersion : kBadRequestLine;
}

// A method is a token; a TLS hello or a binary protocol shows itself in its first byte.
bool can_begin_request(char first) { return first > ' ' && first < 0x7F; }

// Beast's grammar, with what it is lenient about refused in on_field_impl. It hands out views of the bytes it
// is given; http::request_parser would copy each field into a map of its own.
class HeadParser final : public http::basic_parser<true> {
 public:
  HeadParser(const HttpOptions& options, Head& head) : options_(options), head_(head) {
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
  }

  std::optional<Refusal> parse(std::string_view bytes) {
    error_code ec;
    put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (refusal_) return refusal_;
    if (ec) return from_error(ec);
    if (!is_header_done()) return kBadHeader;
    if (hosts_ > 1 || (hosts_ == 0 && head_.http_1_1)) return kBadHost;
    if (head_.chunked && !head_.http_1_1) return kBadFraming;
    head_.content_length = content_length().value_or(0);
    head_.keep_alive = keep_alive();
    head_.expects_continue = head_.expects_continue && head_.http_1_1;
    return std::nullopt;
  }

 private:
  static Refusal from_error(error_code ec) {
    if (ec == http::error::bad_method || ec == http::error::bad_target || ec == http::error::bad_version) {
      return kBadRequestLine;
    }
    if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
        ec == http::error::bad_transfer_encoding) {
      return kBadFraming;
    }
    if (ec == http::error::bad_line_ending) return kBadLineEnd;
    return kBadHeader;
  }

  void refuse(const Refusal& why, error_code& ec) {
    refusal_ = why;
    ec = http::error::bad_field;
  }

  void on_request_impl(http::verb verb, Text, Text target, int version, error_code& ec) override {
    head_.method = to_method(verb);
    head_.target = view(target);
    head_.http_1_1 = version == 11;
    if (target.size() > options_.max_target_bytes) refuse(kTargetTooLong, ec);
  }

  void on_field_impl(http::field field, Text name, Text text, error_code& ec) override {
    const std::string_view value = view(text);
    head_.headers.push_back({view(name), value});
    switch (field) {
      case http::field::host:
        ++hosts_;
        if (!is_host(value)) refuse(kBadHost, ec);
        break;
      case http::field::content_length:
        // Beast takes "5, 5" and equal lengths sent twice.
        if (++lengths_ > 1 || !all_digits(value)) refuse(kBadFraming, ec);
        break;
      case http::field::transfer_encoding:
        // Beast takes any list that ends in chunked, and reads no body at all for codings that it doesn't
        // know.
        if (head_.chunked || !equal_ignoring_case(value, "chunked")) return refuse(kBadFraming, ec);
        head_.chunked = true;
        break;
      case http::field::expect:
        if (!equal_ignoring_case(value, "100-continue")) return refuse(kBadExpect, ec);
        head_.expects_continue = true;
        break;
      case http::field::content_type: head_.content_type = value; break;
      case http::field::content_encoding: head_.content_encoding = value; break;
      case http::field::if_none_match: head_.if_none_match = value; break;
      case http::field::authorization: head_.authorization = value; break;
      case http::field::origin: head_.origin = value; break;
      default:
        if (equal_ignoring_case(head_.headers.back().name, "x-request-id")) head_.request_id = value;
        break;
    }
  }

  void on_header_impl(error_code&) override {}
  void on_response_impl(int, Text, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(Text, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}

  const HttpOptions& options_;
  Head& head_;
  unsigned hosts_ = 0;
  unsigned lengths_ = 0;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::optional<Refusal> parse_head(std::string_view bytes, const HttpOptions& options, Head& head) {
  head.headers.clear();
  head.expects_continue = head.chunked = false;
  head.content_length = 0;
  head.content_type = head.content_encoding = head.if_none_match = head.authorization = head.origin = {};
  head.request_id = {};
  return HeadParser(options, head).parse(bytes);
}

std::optional<Refusal> HeadScanner::scan(std::string_view input, const HttpOptions& options, std::size_t& head_size) {
  head_size = 0;
  if (!input.empty() && !can_begin_request(input.front())) return kBadRequestLine;
  while (searched_ < input.size()) {
    const void* found = std::memchr(input.data() + searched_, '\n', input.size() - searched_);
    if (found == nullptr) {
      searched_ = input.size();
      break;
    }
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - input.data());
    if (end == line_start_ || input[end - 1] != '\r') return kBadLineEnd;
    if (end + 1 > options.max_header_bytes) return lines_ == 0 ? kTargetTooLong : kHeadersTooLarge;
    const bool empty_line = end == line_start_ + 1;
    if (empty_line && lines_ > 0) {
      head_size = end + 1;
      return std::nullopt;
    }
    const char first = input[line_start_];
    if (lines_ == 0) {
      if (const auto refusal = check_version(input.substr(0, end - 1))) return refusal;
    } else if (first == ' ' || first == '\t') {
      return kBadHeader;
    }
    if (++lines_ > options.max_headers + 1) return kHeadersTooLarge;
    line_start_ = searched_ = end + 1;
  }
  if (input.size() > options.max_header_bytes) return lines_ == 0 ? kTargetTooLong : kHeadersTooLarge;
  return std::nullopt;
}

}  // namespace playhead::server
