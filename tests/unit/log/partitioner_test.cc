#include "log/partitioner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace playhead::log {
namespace {

// From Kafka's own UtilsTest.
TEST(Partitioner, HashesAsKafkaDoes) {
  const auto hash = [](std::string_view key) { return static_cast<std::int32_t>(murmur2(key)); };
  EXPECT_EQ(hash("21"), -973932308);
  EXPECT_EQ(hash("foobar"), -790332482);
  EXPECT_EQ(hash("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(hash("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(hash("abc"), 479470107);
}

TEST(Partitioner, SpreadsUsersEvenly) {
  std::vector<int> users(24);
  for (int i = 0; i < 24'000; ++i) ++users[partition_for(std::to_string(i), 24)];
  for (const int count : users) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1'200);
  }
}

}  // namespace
}  // namespace playhead::log
