#pragma once

// A queue that may be away, and a log on this machine that stands in for it. What the queue refuses goes to the
// spool, is acknowledged as kLocal, and is brought to the queue when that is back.
//
// From the first refusal on every append goes straight to the spool, until the queue has taken an empty record: so
// one append waits for the queue's time-out and not one in each of its attempts. A record is refused as a whole, and
// spooled as a whole, though some of its partitions may have it: the seam does not tell which, and what is there
// twice merges into nothing.
//
// Nothing that was acknowledged is lost when the process dies: it is in the queue or in the spool, whose folder the
// next SpooledLog is given.

#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "log/heartbeat_log.h"
#include "log/spool/drainer.h"
#include "log/spool/ordered_answers.h"
#include "log/spool/shared_queue.h"
#include "log/spool/spool_options.h"
#include "log/spool/spool_writer.h"

namespace playhead::log {

class SpooledLog final : public HeartbeatLog {
 public:
  // `queue`, `spool` (of one partition, with nobody else appending) and `clock` outlive it; the queue is destroyed
  // before the spool, since it may still answer then.
  SpooledLog(HeartbeatLog& queue, HeartbeatLog& spool, const Clock& clock, const SpoolOptions& options = {},
             SpoolHooks hooks = {});
  // Waits for every append to be answered, as long as the queue takes for that. What is spooled stays spooled.
  ~SpooledLog() override;

  Partition partitions() const override { return queue_log_.partitions(); }
  Partition partition_of(std::string_view user) const override { return queue_log_.partition_of(user); }

  // Never waits for the spool's disk. `done` comes on the queue's thread or on the spool's; kLocal with offset 0.
  // Fails with "log-full" when the spool is full or SpoolHooks::room says so, with "log-unavailable" when both fail,
  // and with any other error that the queue gives. A record without updates is treated like another, and so says
  // whether anything is taken at all.
  void append(std::string_view record, AppendDone done) override;

  // These four are the queue's: what is only in the spool is not there yet.
  Result<void> read(Partition partition, Offset from, const Visitor& visit) override {
    return queue_log_.read(partition, from, visit);
  }
  void end(Partition partition, EndDone done) override { queue_log_.end(partition, std::move(done)); }
  Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                       std::int64_t now_ms) override {
    return queue_log_.release(partition, checkpoint, retention, now_ms);
  }
  LogUsage usage(Partition partition) const override { return queue_log_.usage(partition); }

  // With SpoolHooks::spooled set: everything spooled below `up_to` is in the store, and may go once it is in the
  // queue too. Any thread.
  void release_spooled(Offset up_to) { drainer_.release(up_to); }

  // Reads one record when the oldest has changed; for /readyz and metrics. Any thread.
  SpoolStatus status() const;

 private:
  void queue_refused(OrderedAnswers::Entry& entry, const Error& error);
  std::int64_t oldest_ms(Offset offset) const;

  HeartbeatLog& queue_log_;
  HeartbeatLog& spool_;
  const SpoolOptions options_;
  SharedQueue queue_;
  OrderedAnswers answers_;
  Drainer drainer_;
  SpoolWriter writer_;
  mutable std::mutex oldest_mutex_;
  mutable Offset oldest_offset_ = 0;
  mutable std::int64_t oldest_ms_ = 0;
};

}  // namespace playhead::log
