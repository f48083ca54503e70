#include "base/clock.h"
#include "contract/heartbeat_log_contract.h"
#include "contract/position_store_contract.h"
#include "log/memory/memory_log.h"
#include "store/memory/memory_store.h"

namespace playhead {
namespace {

template <log::Partition kPartitions>
struct MemoryLogBackend {
  static constexpr bool kDurable = false;
  static constexpr bool kTrimsToEmpty = true;
  static constexpr bool kCountsBytes = true;
  static constexpr bool kMaySwap = false;
  log::HeartbeatLog& log() { return log_; }
  void reopen() {}

  SystemClock clock_;
  log::MemoryLog log_{clock_, kPartitions};
};

struct MemoryStoreBackend {
  static constexpr bool kDurable = false;
  store::PositionStore& store() { return store_; }
  void reopen() {}

  store::MemoryStore store_;
};

}  // namespace

namespace log {
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, HeartbeatLogContract, MemoryLogBackend<1>);
INSTANTIATE_TYPED_TEST_SUITE_P(PartitionedMemory, HeartbeatLogContract, MemoryLogBackend<12>);

// Retention to the byte and the millisecond: what the embedded log does in whole segments.
TEST(MemoryLog, TrimsBySizeAndByAge) {
  ManualClock clock(1'000);
  MemoryLog log(clock);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(append_and_wait(log, "0123456789"));
    clock.advance(std::chrono::milliseconds(100));
  }
  ASSERT_TRUE(log.release(kOnlyPartition, 9, {.max_bytes = 50, .max_age = std::chrono::hours(1)}, clock.now_ms()));
  EXPECT_EQ(log.usage(kOnlyPartition).first, 4u);
  EXPECT_EQ(log.usage(kOnlyPartition).bytes, 70u);
  // The sixth record was appended 500 ms ago, the fifth 600 ms.
  ASSERT_TRUE(
      log.release(kOnlyPartition, 9, {.max_bytes = 1000, .max_age = std::chrono::milliseconds(500)}, clock.now_ms()));
  EXPECT_EQ(log.usage(kOnlyPartition).first, 6u);
}
}  // namespace log

namespace store {
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PositionStoreContract, MemoryStoreBackend);
}  // namespace store
}  // namespace playhead
