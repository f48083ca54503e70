#include "load/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace playhead::load {
namespace {

TEST(ParseStat, ReadsPastANameThatHoldsParentheses) {
  const auto stat = parse_stat(
      "42 (a) b (c)) S 7 42 42 0 -1 4194304 500 0 0 0 120 30 0 0 20 0 4 0 1000 99999 321 18446744073709551615 1 1\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->ticks, 150u);
  EXPECT_EQ(stat->rss_pages, 321u);
}

TEST(ParseStat, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("42 (a) S 7 42"));
}

TEST(Usage, IsKnownOfALivingProcess) {
  const auto usage = usage_of(::getpid());
  ASSERT_TRUE(usage);
  EXPECT_GT(usage->rss_bytes, 100'000u);
}

}  // namespace
}  // namespace playhead::load
