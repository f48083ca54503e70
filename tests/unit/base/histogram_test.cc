#include "base/histogram.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace playhead {
namespace {

constexpr std::array<std::int64_t, 3> kTens = {10, 20, 30};

TEST(Histogram, ABoundBelongsToItsBucket) {
  Histogram<kTens> histogram;
  for (const std::int64_t value : {0, 9, 10, 11, 20, 30, 31, 1'000}) histogram.observe(value);
  EXPECT_EQ(histogram.count(0), 3u);
  EXPECT_EQ(histogram.count(1), 2u);
  EXPECT_EQ(histogram.count(2), 1u);
  EXPECT_EQ(histogram.count(3), 2u);
  EXPECT_EQ(histogram.sum(), 0u + 9 + 10 + 11 + 20 + 30 + 31 + 1'000);
}

TEST(Histogram, LosesNothingWhenSeveralThreadsCount) {
  Histogram<kTens> histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&histogram] {
      for (int n = 0; n < 10'000; ++n) histogram.observe(15);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(histogram.count(1), 40'000u);
  EXPECT_EQ(histogram.sum(), 600'000u);
}

}  // namespace
}  // namespace playhead
