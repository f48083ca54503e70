#include "server/api/receipt_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <tuple>
#include <vector>

namespace playhead::server::api {
namespace {

using Parts = std::tuple<std::int64_t, std::uint64_t>;
Parts parts(const Receipt& receipt) { return {receipt.ms, receipt.order}; }

TEST(ReceiptClock, OrdersWhatArrivesInOneMillisecond) {
  ManualClock clock(1'700'000'000'000);
  ReceiptClock receipts(clock);
  EXPECT_EQ(parts(receipts.next()), Parts(1'700'000'000'000, 0));
  EXPECT_EQ(parts(receipts.next()), Parts(1'700'000'000'000, 1));
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(parts(receipts.next()), Parts(1'700'000'000'001, 0));
}

TEST(ReceiptClock, KeepsARowForWhatArrivesTogether) {
  ManualClock clock(1'700'000'000'000);
  ReceiptClock receipts(clock);
  auto row = receipts.next(3);
  EXPECT_EQ(parts(receipts.next()), Parts(1'700'000'000'000, 3));
  for (std::uint64_t order = 0; order < 3; ++order) EXPECT_EQ(parts(row.take()), Parts(1'700'000'000'000, order));
}

TEST(ReceiptClock, NeverGoesBackALittleButBelievesAClockThatWasSet) {
  ManualClock clock(1'700'000'000'000);
  ReceiptClock receipts(clock);
  const auto first = receipts.next();
  clock.set(1'699'999'995'000);
  EXPECT_GT(parts(receipts.next()), parts(first));
  clock.set(1'600'000'000'000);
  EXPECT_EQ(parts(receipts.next()), Parts(1'600'000'000'000, 0));
}

TEST(ReceiptClock, GivesEachThreadItsOwn) {
  ManualClock clock(1'700'000'000'000);
  ReceiptClock receipts(clock);
  std::vector<std::vector<Parts>> taken(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : taken) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) mine.push_back(parts(receipts.next()));
      });
    }
  }
  std::vector<bool> seen(4000);
  for (const auto& mine : taken) {
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    for (const auto& [ms, order] : mine) seen.at(order) = true;
  }
  EXPECT_EQ(std::ranges::count(seen, true), 4000);
}

}  // namespace
}  // namespace playhead::server::api
