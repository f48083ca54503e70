#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "link/clock_samples.h"
#include "unit/link/nodes.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;
using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(ClockSamples, TrustTheQuickestPing) {
  ClockSamples samples(3);
  EXPECT_FALSE(samples.best());
  samples.add({milliseconds(40), microseconds(90'000)});
  samples.add({milliseconds(3), microseconds(500)});
  samples.add({milliseconds(-30), microseconds(80'000)});
  EXPECT_EQ(samples.best()->offset, milliseconds(3));
  // Three later, it has gone.
  for (int i = 0; i < 3; ++i) samples.add({milliseconds(5), microseconds(7'000)});
  EXPECT_EQ(samples.best()->offset, milliseconds(5));
}

TEST(ClockSamples, ForgetWhatWasBeforeAClockWasSet) {
  ClockSamples samples(8);
  for (int i = 0; i < 8; ++i) samples.add({milliseconds(0), microseconds(100)});
  samples.add({milliseconds(700), microseconds(9'000)});
  EXPECT_EQ(samples.best()->offset, milliseconds(700));
}

// Whatever the network does, the answer is right to within half the best round trip and the clocks' milliseconds.
RC_GTEST_PROP(ClockSamples, AreRightToWithinHalfTheRoundTrip, ()) {
  const auto offset_us = *rc::gen::inRange<std::int64_t>(-10'000'000, 10'000'000);
  const auto trips = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 200'000), rc::gen::inRange(0, 200'000))));
  ClockSamples samples(8);
  std::int64_t now_us = 1'700'000'000'000'000;
  for (const auto& [there, back] : trips) {
    samples.add(clock_sample(now_us / 1'000, (now_us + there + offset_us) / 1'000, (now_us + there + back) / 1'000,
                             microseconds(there + back)));
    now_us += there + back + 3'000'000;
  }
  const auto best = *samples.best();
  const auto wrong = std::abs(best.offset.count() * 1'000 - offset_us);
  RC_ASSERT(wrong <= best.round_trip.count() / 2 + 2'000);
}

TEST(LinkClocks, AreCompared) {
  Node right;
  Node fast;
  Node slow;
  fast.clock.set(milliseconds(60'000));
  slow.clock.set(milliseconds(-90'000));
  Asker asker;
  EXPECT_FALSE(asker.peers->worst_clock_offset());
  EXPECT_FALSE(asker.peers->clock_offset(right.address()));
  asker.peers->keep({right.address(), fast.address(), slow.address()});
  eventually([&] { return asker.peers->clock_offsets().size() == 3; });
  const auto near = [](std::optional<milliseconds> offset, std::int64_t wanted_ms) {
    return offset && std::abs(offset->count() - wanted_ms) < 20'000;
  };
  EXPECT_TRUE(near(asker.peers->clock_offset(right.address()), 0));
  EXPECT_TRUE(near(asker.peers->clock_offset(fast.address()), 60'000));
  EXPECT_TRUE(near(asker.peers->clock_offset(slow.address()), -90'000));
  EXPECT_TRUE(near(asker.peers->worst_clock_offset(), -90'000));
  // Only living peers count.
  const auto gone = slow.address();
  slow.server.reset();
  eventually([&] { return asker.peers->clock_offsets().size() == 2; });
  EXPECT_FALSE(asker.peers->clock_offset(gone));
  EXPECT_TRUE(near(asker.peers->worst_clock_offset(), 60'000));
}

TEST(LinkClocks, AreFollowedWhenTheyAreSet) {
  Node node;
  Asker asker;
  asker.peers->keep({node.address()});
  const auto beyond = [&](std::int64_t low_ms, std::int64_t high_ms) {
    const auto offset = asker.peers->clock_offset(node.address());
    return offset && offset->count() > low_ms && offset->count() < high_ms;
  };
  eventually([&] { return beyond(-20'000, 20'000); });
  node.clock.set(milliseconds(60'000));
  eventually([&] { return beyond(40'000, 80'000); });
  asker.clock.set(milliseconds(60'000));
  eventually([&] { return beyond(-20'000, 20'000); });
}

}  // namespace
}  // namespace playhead::link::test
