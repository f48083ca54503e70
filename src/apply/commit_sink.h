#pragma once

// What a record does in this process once it is durable, before its acks leave. Embedded it goes into the view, so
// that a read which follows an ack sees it; in a cluster the users' owners read it from the queue.

#include <cstdint>
#include <string_view>

#include "apply/applier.h"
#include "apply/view.h"
#include "base/error.h"
#include "log/heartbeat_log.h"

namespace playhead::apply {

class CommitSink {
 public:
  virtual ~CommitSink() = default;

  // In the order of the appends, on the committer's applying thread. A failure ends the process: the bytes were made
  // by it a moment ago, and going on would acknowledge what is not there.
  virtual Result<void> durable(const log::Appended& appended, std::string_view record) = 0;

  // Nothing more is taken while this is so: what comes behind the ack does not keep up. Any thread.
  virtual bool full() const = 0;
};

class ApplyToView final : public CommitSink {
 public:
  // Above `limit_bytes` the view takes no more, since the store does not keep up or is away.
  ApplyToView(Applier& applier, const View& view, std::uint64_t limit_bytes = std::uint64_t{1} << 30)
      : applier_(&applier), view_(&view), limit_bytes_(limit_bytes) {}

  Result<void> durable(const log::Appended& appended, std::string_view record) override {
    return applier_->apply(appended.offset, record);
  }
  bool full() const override { return view_->bytes() > limit_bytes_; }

 private:
  Applier* applier_;
  const View* view_;
  std::uint64_t limit_bytes_;
};

}  // namespace playhead::apply
