// The mapping from versions to Cassandra's timestamps: what its merge rule and an erasure need of it.

#include "store/cassandra/cell_time.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <tuple>

namespace playhead::store {
namespace {

using model::Ordering;
using model::Version;

// The ends of the exact ranges and of the types, and what lies beside them.
rc::Gen<std::int64_t> any_time() {
  using Limits = std::numeric_limits<std::int64_t>;
  const auto edge = [](std::int64_t at) { return rc::gen::inRange(at - 2, at + 3); };
  return rc::gen::oneOf(rc::gen::just(Limits::min()), rc::gen::just(Limits::max()),
                        rc::gen::inRange<std::int64_t>(-9, 9), edge(std::int64_t{1} << 53),
                        edge(-(std::int64_t{1} << 53)), edge(std::int64_t{1} << 42), edge(1'750'000'000'000),
                        rc::gen::arbitrary<std::int64_t>());
}

rc::Gen<std::uint64_t> any_counter() {
  return rc::gen::oneOf(
      rc::gen::inRange<std::uint64_t>(0, 4), rc::gen::inRange<std::uint64_t>((1 << 20) - 2, (1 << 20) + 3),
      rc::gen::just(std::numeric_limits<std::uint64_t>::max()), rc::gen::arbitrary<std::uint64_t>());
}

rc::Gen<Version> any_version() {
  return rc::gen::build<Version>(rc::gen::set(&Version::counter, any_counter()),
                                 rc::gen::set(&Version::time_ms, any_time()),
                                 rc::gen::set(&Version::seq, rc::gen::inRange<std::uint64_t>(0, 3)));
}

bool covers(const Version& erased, const Version& version) {
  return std::tie(version.counter, version.time_ms) <= std::tie(erased.counter, erased.time_ms);
}

class CellTimeOf : public testing::TestWithParam<Ordering> {
 protected:
  const CellTime time_{GetParam()};
};

TEST_P(CellTimeOf, NeverDecreases) {
  EXPECT_TRUE(rc::check([&] {
    const auto a = *any_version(), b = *any_version();
    if (a <= b) RC_ASSERT(time_.cell(a) <= time_.cell(b));
    if (a <= b) RC_ASSERT(time_.erased(a) <= time_.erased(b));
    // Cassandra takes this one for "none".
    RC_ASSERT(time_.cell(a) > std::numeric_limits<std::int64_t>::min());
    RC_ASSERT(time_.erase(a) > std::numeric_limits<std::int64_t>::min());
  }));
}

TEST_P(CellTimeOf, AnErasureTakesNothingThatItDoesNotCover) {
  EXPECT_TRUE(rc::check([&] {
    const auto up_to = *any_version(), version = *any_version();
    if (!covers(up_to, version)) RC_ASSERT(time_.cell(version) > time_.erase(up_to));
  }));
}

TEST_P(CellTimeOf, AnErasureIsRememberedUnlessALaterOneIs) {
  EXPECT_TRUE(rc::check([&] {
    const auto first = *any_version(), second = *any_version();
    if (covers(second, first)) RC_ASSERT(time_.erased(second) > time_.erase(first));
    RC_ASSERT(time_.erased(first) > time_.erase(first));
  }));
}

INSTANTIATE_TEST_SUITE_P(Modes, CellTimeOf, testing::Values(Ordering::kTimestamp, Ordering::kCounter));

TEST(CellTime, IsExactForTheTimesThatThereAre) {
  const CellTime time(Ordering::kTimestamp);
  const std::int64_t now = 1'750'000'000'000;
  EXPECT_EQ(time.cell({.time_ms = now}), now * 1000);
  EXPECT_EQ(time.cell({.time_ms = -1}), -1000);
  for (const std::int64_t at : {now, std::int64_t{0}, std::int64_t{-5}, (std::int64_t{1} << 53) - 1}) {
    EXPECT_GE(time.erase({.time_ms = at}), time.cell({.time_ms = at, .seq = 9})) << at;
    EXPECT_LT(time.erase({.time_ms = at}), time.cell({.time_ms = at + 1})) << at;
  }
}

TEST(CellTime, IsExactForTheCountersThatThereAre) {
  const CellTime time(Ordering::kCounter);
  const Version up_to{.counter = 12, .time_ms = 1'750'000'000'000};
  EXPECT_EQ(time.erase(up_to), time.cell(up_to));
  EXPECT_GT(time.erase(up_to), time.cell({.counter = 11, .time_ms = 1'999'000'000'000}));
  EXPECT_LT(time.erase(up_to), time.cell({.counter = 12, .time_ms = 1'750'000'000'001}));
  EXPECT_LT(time.erase(up_to), time.cell({.counter = 13, .time_ms = 0}));
}

}  // namespace
}  // namespace playhead::store
