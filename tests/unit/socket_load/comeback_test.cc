#include "socket/comeback.h"

#include <gtest/gtest.h>

namespace playhead::bench {
namespace {

using std::chrono::seconds;
using Time = Comeback::Clock::time_point;

constexpr Time kStart{seconds(1000)};

TEST(Comeback, WaitsTwiceAsLongAfterEachFailureUpToAMinute) {
  Comeback device;
  for (const int most : {2, 4, 8, 16, 32, 60, 60}) {
    device.attempt(kStart);
    EXPECT_EQ(device.lost(kStart, 0, 1), kStart + seconds(most));
  }
}

TEST(Comeback, IsSpreadOverTheWholeWait) {
  Comeback device;
  device.attempt(kStart);
  EXPECT_EQ(device.lost(kStart, 1001, 0), kStart);
  EXPECT_EQ(device.lost(kStart, 1001, 0.25), kStart + seconds(1));
}

TEST(Comeback, BeginsAnewAfterAConnectionThatLasted) {
  Comeback device;
  for (int i = 0; i < 4; ++i) {
    device.attempt(kStart);
    device.lost(kStart, 0, 0);
  }
  const auto later = kStart + seconds(11);
  EXPECT_EQ(device.lost(later, 0, 1), later + seconds(2));
}

TEST(Comeback, StaysAwayFromAServerThatIsFull) {
  Comeback device;
  device.attempt(kStart);
  EXPECT_EQ(device.lost(kStart, 4429, 1), kStart + seconds(60));
  EXPECT_EQ(device.lost(kStart, 0, 1), kStart + seconds(2));
}

}  // namespace
}  // namespace playhead::bench
