#include "load/response.h"

#include <gtest/gtest.h>

#include <string>

namespace playhead::load {
namespace {

constexpr std::string_view kAccepted =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\ncontent-length: 14\r\n\r\n{\"accepted\":1}";

TEST(Response, IsPartialUntilItsLastByte) {
  for (std::size_t size = 0; size < kAccepted.size(); ++size) {
    Response response;
    ASSERT_EQ(read_response(kAccepted.substr(0, size), response), Reading::kPartial) << size;
  }
  Response response;
  ASSERT_EQ(read_response(kAccepted, response), Reading::kWhole);
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, R"({"accepted":1})");
  EXPECT_EQ(response.size, kAccepted.size());
  EXPECT_FALSE(response.close);
}

TEST(Response, EndsWhereTheNextOneBegins) {
  const std::string two = std::string(kAccepted) + "HTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n";
  Response response;
  ASSERT_EQ(read_response(two, response), Reading::kWhole);
  ASSERT_EQ(response.size, kAccepted.size());
  ASSERT_EQ(read_response(std::string_view(two).substr(response.size), response), Reading::kWhole);
  EXPECT_EQ(response.status, 204);
  EXPECT_TRUE(response.close);
  EXPECT_TRUE(response.body.empty());
}

TEST(Response, OfNotModifiedHasNoBodyWhateverItsLength) {
  Response response;
  ASSERT_EQ(read_response("HTTP/1.1 304 Not Modified\r\nContent-Length: 90\r\n\r\n", response), Reading::kWhole);
  EXPECT_TRUE(response.body.empty());
}

TEST(Response, IsBrokenWhenItCannotBeUnderstood) {
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(kMaxHeadBytes, 'a');
  for (const std::string& text : {std::string("SSH-2.0-OpenSSH\r\n"), std::string("HTTP/1.1 2x0 OK\r\n\r\n"),
                                  std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                                  std::string("HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n"),
                                  std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), endless}) {
    Response response;
    EXPECT_EQ(read_response(text, response), Reading::kBroken) << text.substr(0, 60);
  }
}

}  // namespace
}  // namespace playhead::load
