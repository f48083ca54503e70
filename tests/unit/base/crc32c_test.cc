#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace playhead {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, GivesTheStandardsOwnExamples) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  std::string ascending;
  for (char c = 0; c < 32; ++c) ascending.push_back(c);
  EXPECT_EQ(crc32c(ascending), 0x46DD794Eu);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

TEST(Crc32c, GoesOnWhereItStopped) {
  EXPECT_EQ(crc32c("789", crc32c("456", crc32c("123"))), crc32c("123456789"));
  EXPECT_EQ(crc32c("", crc32c("123456789")), crc32c("123456789"));
}

}  // namespace
}  // namespace playhead
