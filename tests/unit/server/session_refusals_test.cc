// Everything by which one request could be taken for two, or two for one, ends the connection.

#include <gtest/gtest.h>

#include "session_rig.h"

namespace playhead::server {
namespace {

struct Refused {
  std::string_view name;
  std::string bytes;
  unsigned status;
  std::string_view code;
};

std::ostream& operator<<(std::ostream& out, const Refused& refused) { return out << refused.name; }

std::string chunked(std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
}

HttpOptions small() {
  HttpOptions options;
  options.max_header_bytes = 1000;
  options.max_headers = 8;
  options.max_target_bytes = 200;
  options.max_body_bytes = 100;
  return options;
}

std::string many_lines(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X" + std::to_string(i) + ": y\r\n";
  return lines;
}

std::vector<Refused> bad_framing() {
  const std::string host = "Host: a\r\n";
  return {
      {"LengthAndChunked",
       "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
       "bad-framing"},
      {"ChunkedAndLength",
       "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400,
       "bad-framing"},
      {"TwoLengths", post("/echo", "abc", "Content-Length: 4\r\n"), 400, "bad-framing"},
      {"SameLengthTwice", post("/echo", "abc", "Content-Length: 3\r\n"), 400, "bad-framing"},
      {"LengthList", "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 3, 3\r\n\r\nabc", 400, "bad-framing"},
      {"SignedLength", "POST /echo HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\nabc", 400, "bad-framing"},
      {"HexLength", "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 0x3\r\n\r\nabc", 400, "bad-framing"},
      {"NegativeLength", "POST /echo HTTP/1.1\r\n" + host + "Content-Length: -3\r\n\r\nabc", 400, "bad-framing"},
      {"EmptyLength", "POST /echo HTTP/1.1\r\n" + host + "Content-Length:\r\n\r\n", 400, "bad-framing"},
      {"LengthPast64Bits", "POST /echo HTTP/1.1\r\n" + host + "Content-Length: 18446744073709551619\r\n\r\nabc", 400,
       "bad-framing"},
      {"GzipChunked", "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
       "bad-framing"},
      {"ChunkedTwice",
       "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400, "bad-framing"},
      {"ChunkedChunked", "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
       400, "bad-framing"},
      {"Identity", "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n", 400, "bad-framing"},
      {"XChunked", "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", 400, "bad-framing"},
      {"ChunkedParameter", "POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked;q=1\r\n\r\n", 400,
       "bad-framing"},
      {"ChunkedInOldHttp", "POST /echo HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
       "bad-framing"},
  };
}

std::vector<Refused> bad_heads() {
  return {
      {"FoldedLine", get("/who", "X-A: b\r\n c\r\n"), 400, "bad-header"},
      {"FoldedWithTab", get("/who", "X-A: b\r\n\tc\r\n"), 400, "bad-header"},
      {"FoldedFirstLine", "GET /who HTTP/1.1\r\n Host: a\r\n\r\n", 400, "bad-header"},
      {"SpaceBeforeColon", get("/who", "Content-Length : 3\r\n"), 400, "bad-header"},
      {"TabBeforeColon", get("/who", "Transfer-Encoding\t: chunked\r\n"), 400, "bad-header"},
      {"NoColon", get("/who", "Garbage\r\n"), 400, "bad-header"},
      {"NoName", get("/who", ": value\r\n"), 400, "bad-header"},
      {"NulInValue", get("/who", std::string("X-A: b\0c\r\n", 10)), 400, "bad-header"},
      {"NulInName", get("/who", std::string("X\0A: b\r\n", 8)), 400, "bad-header"},
      {"BareLineFeeds", "GET /who HTTP/1.1\nHost: a\n\n", 400, "bad-line-end"},
      {"OneBareLineFeed", "GET /who HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", 400, "bad-line-end"},
      {"BareLineFeedAtEnd", "GET /who HTTP/1.1\r\nHost: a\r\n\n", 400, "bad-line-end"},
      {"BareReturnInValue", get("/who", "X-A: b\rX-B: c\r\n"), 400, "bad-line-end"},
      {"TwoReturns", "GET /who HTTP/1.1\r\nHost: a\r\r\n\r\n", 400, "bad-line-end"},
      {"NoHost", "GET /who HTTP/1.1\r\nX-A: b\r\n\r\n", 400, "bad-host"},
      {"TwoHosts", get("/who", "Host: b\r\n"), 400, "bad-host"},
      {"SameHostTwice", get("/who", "Host: a\r\n"), 400, "bad-host"},
      {"HostWithPath", "GET /who HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "bad-host"},
      {"HostList", "GET /who HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "bad-host"},
      {"OldestHttp", "GET /who\r\n\r\n", 400, "bad-request-line"},
      {"TwoSpaces", "GET  /who HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"TabInRequestLine", "GET\t/who HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"SpaceInTarget", "GET /wh o HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"SpaceAfterVersion", "GET /who HTTP/1.1 \r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"LowerCaseVersion", "GET /who http/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"BareReturnInRequestLine", "GET /who\rX HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"LeadingSpace", " GET /who HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"TlsHello", std::string("\x16\x03\x01\x02\x00\x01", 6), 400, "bad-request-line"},
      {"MethodIsNoToken", "G(T /who HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad-request-line"},
      {"NextHttp", "GET /who HTTP/2.0\r\nHost: a\r\n\r\n", 505, "version-not-supported"},
      {"NextHttpPreface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version-not-supported"},
      {"MinorVersion", "GET /who HTTP/1.2\r\nHost: a\r\n\r\n", 505, "version-not-supported"},
      {"UnknownExpectation", post("/echo", "abc", "Expect: 200-ok\r\n"), 417, "expectation-failed"},
  };
}

std::vector<Refused> bad_chunks_and_sizes() {
  return {
      {"ChunkSizeMissing", chunked("\r\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkSizeNotHex", chunked("xyz\r\n"), 400, "bad-chunk"},
      {"ChunkSizePrefix", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkSizeSigned", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkSizeSpace", chunked("3 \r\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkSizePast64Bits", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkSizeBareLineFeed", chunked("3\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkSizeBareReturn", chunked("3\rabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkExtensionLineFeed", chunked("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkExtensionNul", chunked(std::string("3;a\0\r\nabc\r\n0\r\n\r\n", 16)), 400, "bad-chunk"},
      {"ChunkLongerThanItSays", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkEndsInLineFeed", chunked("3\r\nabc\n0\r\n\r\n"), 400, "bad-chunk"},
      {"LastChunkEndsInLineFeed", chunked("3\r\nabc\r\n0\n\n"), 400, "bad-chunk"},
      {"TrailerBareLineFeed", chunked("0\r\nX-A: b\n\r\n"), 400, "bad-chunk"},
      {"TrailerFolded", chunked("0\r\n X-A: b\r\n\r\n"), 400, "bad-chunk"},
      {"ChunkExtensionsEndless", chunked("3;" + std::string(2000, 'a')), 400, "bad-chunk"},
      {"ChunkedBodyTooLarge", chunked("40\r\n" + std::string(64, 'x') + "\r\n40\r\n"), 413, "body-too-large"},
      {"BodyTooLarge", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413, "body-too-large"},
      {"TargetTooLong", get("/" + std::string(200, 'a')), 414, "target-too-long"},
      {"TargetEndless", "GET /" + std::string(1000, 'a'), 414, "target-too-long"},
      {"TooManyHeaders", get("/who", many_lines(8)), 431, "headers-too-large"},
      {"HeaderTooLong", get("/who", "X-A: " + std::string(1000, 'b') + "\r\n"), 431, "headers-too-large"},
      {"HeaderEndless", "GET /who HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(1000, 'b'), 431, "headers-too-large"},
  };
}

std::vector<Refused> refusals() {
  std::vector<Refused> all = bad_framing();
  for (const auto& more : {bad_heads(), bad_chunks_and_sizes()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

class SessionRefuses : public testing::TestWithParam<Refused> {};

// What a peer sees must not depend on how its bytes were cut into packets.
std::string fed_in_two(const std::string& bytes, std::size_t at) {
  SessionRig rig(small());
  rig.send(std::string_view(bytes).substr(0, at));
  rig.send(std::string_view(bytes).substr(at));
  EXPECT_TRUE(rig.closing()) << "split at " << at;
  return rig.received;
}

TEST_P(SessionRefuses, AndCloses) {
  const Refused& refused = GetParam();
  SessionRig rig(small());
  rig.send(refused.bytes + get("/who"));
  const std::string whole = rig.received;
  const auto answers = rig.answers();
  ASSERT_EQ(answers.size(), 1u) << whole;
  EXPECT_EQ(rig.received, "") << "nothing follows the refusal";
  EXPECT_EQ(answers[0].status, refused.status);
  EXPECT_NE(answers[0].body.find("\"code\":\"" + std::string(refused.code) + "\""), std::string::npos) << whole;
  EXPECT_TRUE(answers[0].has("Content-Type: application/problem+json"));
  EXPECT_TRUE(answers[0].has("Connection: close"));
  EXPECT_TRUE(rig.lingering());
}

TEST_P(SessionRefuses, HoweverItIsCut) {
  const std::string& bytes = GetParam().bytes;
  const std::string whole = fed_in_two(bytes, 0);
  for (std::size_t at = 1; at < bytes.size(); ++at) EXPECT_EQ(fed_in_two(bytes, at), whole) << "split at " << at;
  SessionRig rig(small());
  for (const char byte : bytes) rig.send({&byte, 1});
  EXPECT_EQ(rig.received, whole);
  EXPECT_TRUE(rig.closing());
}

INSTANTIATE_TEST_SUITE_P(Table, SessionRefuses, testing::ValuesIn(refusals()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace playhead::server
