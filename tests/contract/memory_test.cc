#include "base/clock.h"
#include "contract/heartbeat_log_contract.h"
#include "contract/position_store_contract.h"
#include "log/memory/memory_log.h"
#include "store/memory/memory_store.h"

namespace playhead {
namespace {

struct MemoryLogBackend {
  static constexpr bool kDurable = false;
  static constexpr bool kTrimsToEmpty = true;
  log::HeartbeatLog& log() { return log_; }
  void reopen() {}

  SystemClock clock_;
  log::MemoryLog log_{clock_};
};

struct MemoryStoreBackend {
  static constexpr bool kDurable = false;
  store::PositionStore& store() { return store_; }
  void reopen() {}

  store::MemoryStore store_;
};

}  // namespace

namespace log {
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, HeartbeatLogContract, MemoryLogBackend);

// Retention to the byte and the millisecond: what the embedded log does in whole segments.
TEST(MemoryLog, TrimsBySizeAndByAge) {
  ManualClock clock(1'000);
  MemoryLog log(clock);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(append_and_wait(log, "0123456789"));
    clock.advance(std::chrono::milliseconds(100));
  }
  ASSERT_TRUE(log.trim(9, {.max_bytes = 50, .max_age = std::chrono::hours(1)}, clock.now_ms()));
  EXPECT_EQ(log.usage().first, 4u);
  EXPECT_EQ(log.usage().bytes, 70u);
  // The sixth record was appended 500 ms ago, the fifth 600 ms.
  ASSERT_TRUE(log.trim(9, {.max_bytes = 1000, .max_age = std::chrono::milliseconds(500)}, clock.now_ms()));
  EXPECT_EQ(log.usage().first, 6u);
}
}  // namespace log

namespace store {
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PositionStoreContract, MemoryStoreBackend);
}  // namespace store
}  // namespace playhead
