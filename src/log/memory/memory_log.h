#pragma once

// The queue for tests and the simulator: the seam's rules with nothing behind them. It survives nothing.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "log/heartbeat_log.h"

namespace playhead::log {

// Calls `done` inline and says kDisk, as the embedded log does. All calls from any thread.
class MemoryLog final : public HeartbeatLog {
 public:
  // `clock` gives records their age and outlives the log.
  explicit MemoryLog(const Clock& clock) : clock_(clock) {}

  void append(std::string_view record, AppendDone done) override;
  Result<void> read(Offset from, const Visitor& visit) override;
  Result<void> trim(Offset checkpoint, const Retention& retention, std::int64_t now_ms) override;
  LogUsage usage() const override;

 private:
  struct Entry {
    std::int64_t appended_ms;
    // Shared with readers, which visit without the lock.
    std::shared_ptr<const std::string> record;
  };

  std::shared_ptr<const std::string> record_at(Offset& offset, Offset end) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  Offset first_ = 1;
  std::uint64_t bytes_ = 0;
};

}  // namespace playhead::log
