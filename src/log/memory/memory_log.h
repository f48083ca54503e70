#pragma once

// The queue for tests and the simulator: the seam's rules with nothing behind them. It survives nothing.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "log/heartbeat_log.h"

namespace playhead::log {

// Calls `done` inline and says kDisk, as the embedded log does; with several partitions it splits records as a log of
// servers does. All calls from any thread.
class MemoryLog final : public HeartbeatLog {
 public:
  // `clock` gives records their age and outlives the log.
  explicit MemoryLog(const Clock& clock, Partition partitions = 1) : clock_(clock), lanes_(partitions) {}

  Partition partitions() const override { return static_cast<Partition>(lanes_.size()); }
  Partition partition_of(std::string_view user) const override;
  void append(std::string_view record, AppendDone done) override;
  Result<void> read(Partition partition, Offset from, const Visitor& visit) override;
  void end(Partition partition, EndDone done) override { done(usage(partition).next); }
  Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                       std::int64_t now_ms) override;
  LogUsage usage(Partition partition) const override;

  struct Kept {
    Offset offset;
    std::int64_t appended_ms;
    std::shared_ptr<const std::string> record;
  };
  // The first record at `from` or behind; nothing at the end.
  std::optional<Kept> first_from(Partition partition, Offset from) const;
  // Of the first record appended at `since_ms` or later; the end when there is none.
  Offset first_since(Partition partition, std::int64_t since_ms) const;

 private:
  struct Entry {
    std::int64_t appended_ms;
    // Shared with readers, which visit without the lock.
    std::shared_ptr<const std::string> record;
  };
  struct Lane {
    std::deque<Entry> entries;
    Offset first = 1;
    std::uint64_t bytes = 0;
    Offset next() const { return first + entries.size(); }
  };

  Offset keep(Partition partition, std::string record);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<Lane> lanes_;  // one a partition
};

}  // namespace playhead::log
