#include "load/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace playhead::load {
namespace {

TEST(Histogram, NeverUnderstatesAndIsAtMostOnePartIn128TooHigh) {
  std::mt19937_64 random(7);
  for (unsigned bits = 1; bits <= 40; ++bits) {
    for (int i = 0; i < 1000; ++i) {
      const auto ns = random() & ((std::uint64_t{1} << bits) - 1);
      const auto top = bucket_top(bucket_of(ns));
      ASSERT_GE(top, ns);
      ASSERT_LE(top - ns, ns / 128);
    }
  }
}

TEST(Histogram, BucketsFollowOneAnother) {
  ASSERT_EQ(bucket_of(0), 0u);
  for (std::size_t bucket = 0; bucket + 1 < kBuckets; ++bucket) {
    ASSERT_EQ(bucket_of(bucket_top(bucket)), bucket);
    ASSERT_EQ(bucket_of(bucket_top(bucket) + 1), bucket + 1);
  }
  EXPECT_EQ(bucket_top(kBuckets - 1), kLongestNs);
  EXPECT_EQ(bucket_of(~std::uint64_t{0}), kBuckets - 1);
}

TEST(Histogram, PercentilesAreThoseOfTheSortedValues) {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> latency(13, 2);
  std::vector<std::uint64_t> values;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(latency(random)));
    histogram.record(values.back());
  }
  std::ranges::sort(values);
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 20'000)) - 1;
    const auto found = histogram.percentile_ns(percent);
    EXPECT_GE(found, values[rank]) << percent;
    EXPECT_LE(found, values[rank] + values[rank] / 128) << percent;
  }
}

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.percentile_ns(99), 0u);
  EXPECT_EQ(histogram.mean_ns(), 0);
}

TEST(Recorder, SnapshotsAddUpAndSubtract) {
  Recorder one;
  Recorder two;
  one.record(100);
  const auto early = one.snapshot();
  one.record(200);
  two.record(300);
  auto all = one.snapshot();
  all.add(two.snapshot());
  EXPECT_EQ(all.count(), 3u);
  EXPECT_EQ(all.mean_ns(), 200);
  all.subtract(early);
  EXPECT_EQ(all.count(), 2u);
  EXPECT_EQ(all.mean_ns(), 250);
  EXPECT_EQ(all.percentile_ns(0), 200u);
}

}  // namespace
}  // namespace playhead::load
