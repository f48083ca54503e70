#include "server/http/deadline_wheel.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace playhead::server {
namespace {

using std::chrono::milliseconds;

constexpr Monotonic kStart{};

std::size_t come_up(DeadlineWheel& wheel, milliseconds at) {
  std::size_t count = 0;
  wheel.advance(kStart + at, [&](DeadlineWheel::Entry&) { ++count; });
  return count;
}

TEST(DeadlineWheel, BringsEachUpOnceAndNeverEarly) {
  DeadlineWheel wheel(kStart, milliseconds(10));
  std::array<DeadlineWheel::Entry, 200> entries;
  for (std::size_t i = 0; i < entries.size(); ++i) wheel.schedule(entries[i], kStart + milliseconds(i));
  std::size_t seen = 0;
  for (int now = 0; now < 300; now += 7) {
    seen += come_up(wheel, milliseconds(now));
    EXPECT_LE(seen, static_cast<std::size_t>(now) + 1);
    if (now > 20) {
      EXPECT_GE(seen, std::min<std::size_t>(200, static_cast<std::size_t>(now) - 16));
    }
  }
  EXPECT_EQ(seen, entries.size());
}

TEST(DeadlineWheel, MovesAnEntryEarlierAtOnceAndLaterWhenItComesUp) {
  DeadlineWheel wheel(kStart, milliseconds(10));
  DeadlineWheel::Entry entry;
  wheel.schedule(entry, kStart + milliseconds(1000));
  wheel.schedule(entry, kStart + milliseconds(50));
  wheel.schedule(entry, kStart + milliseconds(2000));
  EXPECT_EQ(come_up(wheel, milliseconds(40)), 0u);
  wheel.advance(kStart + milliseconds(60),
                [&](DeadlineWheel::Entry& due) { wheel.schedule(due, kStart + milliseconds(2000)); });
  EXPECT_EQ(come_up(wheel, milliseconds(1990)), 0u);
  EXPECT_EQ(come_up(wheel, milliseconds(2010)), 1u);
}

TEST(DeadlineWheel, HoldsWhatIsFartherThanOneTurn) {
  DeadlineWheel wheel(kStart, milliseconds(10));
  DeadlineWheel::Entry entry;
  const Monotonic due = kStart + milliseconds(60'000);
  wheel.schedule(entry, due);
  bool done = false;
  for (int now = 0; now <= 60'020; now += 20) {
    wheel.advance(kStart + milliseconds(now), [&](DeadlineWheel::Entry& up) {
      if (kStart + milliseconds(now) < due) return wheel.schedule(up, due);
      done = true;
    });
    ASSERT_EQ(done, now >= 60'000) << now;
  }
}

TEST(DeadlineWheel, BringsEverythingUpAfterALongPause) {
  DeadlineWheel wheel(kStart, milliseconds(10));
  std::array<DeadlineWheel::Entry, 50> entries;
  for (std::size_t i = 0; i < entries.size(); ++i) wheel.schedule(entries[i], kStart + milliseconds(i * 100));
  EXPECT_EQ(come_up(wheel, milliseconds(1'000'000)), entries.size());
}

TEST(DeadlineWheel, ForgetsAnEntryThatIsDestroyed) {
  DeadlineWheel wheel(kStart, milliseconds(10));
  DeadlineWheel::Entry stays;
  auto goes = std::make_unique<DeadlineWheel::Entry>();
  wheel.schedule(stays, kStart + milliseconds(10));
  wheel.schedule(*goes, kStart + milliseconds(10));
  goes.reset();
  EXPECT_EQ(come_up(wheel, milliseconds(20)), 1u);
}

}  // namespace
}  // namespace playhead::server
