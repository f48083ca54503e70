#pragma once

// The time of receipt, so that what came later is later: updates that carry no time of their own and arrive in one
// millisecond are told apart by their order.

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace playhead::server::api {

struct Receipt {
  std::int64_t ms = 0;      // epoch milliseconds
  std::uint64_t order = 0;  // within the millisecond, from 0
};

// Any thread may call.
class ReceiptClock {
 public:
  explicit ReceiptClock(const Clock& clock) : clock_(clock) {}

  // Greater than every receipt before, also when the machine's clock is set back a little; set back by more than
  // kFollow, the clock is believed.
  Receipt next() { return next(1).take(); }

  // Of what arrives together: in a row, with one look at the clock. At most `count` may be taken.
  class Row {
   public:
    Receipt take() {
      const auto at = next_++;
      return {static_cast<std::int64_t>(at >> kOrderBits), at & ((std::uint64_t{1} << kOrderBits) - 1)};
    }

   private:
    friend class ReceiptClock;
    explicit Row(std::uint64_t first) : next_(first) {}
    std::uint64_t next_;
  };
  Row next(std::uint64_t count) {
    const auto now = static_cast<std::uint64_t>(clock_.now_ms()) << kOrderBits;
    auto last = last_.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
      const bool ahead = last >= now && last - now < kFollow;
      next = ahead ? last + 1 : now;
    } while (!last_.compare_exchange_weak(last, next + count - 1, std::memory_order_relaxed));
    return Row(next);
  }

 private:
  // A million receipts in a millisecond, and milliseconds until the year 2500.
  static constexpr unsigned kOrderBits = 20;
  static constexpr std::uint64_t kFollow = std::uint64_t{10'000} << kOrderBits;

  const Clock& clock_;
  std::atomic<std::uint64_t> last_{0};
};

}  // namespace playhead::server::api
