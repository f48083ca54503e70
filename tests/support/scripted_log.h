#pragma once

// A log that does what a test says: it refuses, takes its time as a slow disk does, or answers later from another
// thread.

#include <atomic>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "log/memory/memory_log.h"

namespace playhead::test {

class ScriptedLog final : public log::HeartbeatLog {
 public:
  explicit ScriptedLog(const Clock& clock) : inner_(clock) {}

  // append() does not return before release().
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    held_.notify_all();
  }
  // append() returns, but `done` is called by answer().
  void defer(bool deferring) { deferring_ = deferring; }
  void answer() {
    std::deque<Waiting> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting.swap(waiting_);
    }
    for (auto& [record, done] : waiting) finish(record, std::move(done));
  }
  void refuse(bool refusing) { refusing_ = refusing; }
  // Calls of append() so far.
  int appends() const { return appends_; }

  void append(std::string_view record, AppendDone done) override {
    ++appends_;
    held_.wait(true);
    if (!deferring_) return finish(record, std::move(done));
    const std::lock_guard lock(mutex_);
    waiting_.push_back({record, std::move(done)});
  }
  Result<void> read(log::Partition partition, log::Offset from, const Visitor& visit) override {
    return inner_.read(partition, from, visit);
  }
  void end(log::Partition partition, EndDone done) override { inner_.end(partition, std::move(done)); }
  Result<void> release(log::Partition partition, log::Offset checkpoint, const log::Retention& retention,
                       std::int64_t now_ms) override {
    return inner_.release(partition, checkpoint, retention, now_ms);
  }
  log::LogUsage usage(log::Partition partition) const override { return inner_.usage(partition); }

 private:
  struct Waiting {
    std::string_view record;
    AppendDone done;
  };

  void finish(std::string_view record, AppendDone done) {
    if (refusing_) return done(fail("log-full", "The disk is full."));
    inner_.append(record, std::move(done));
  }

  log::MemoryLog inner_;
  std::atomic<bool> held_{false}, deferring_{false}, refusing_{false};
  std::atomic<int> appends_{0};
  std::mutex mutex_;
  std::deque<Waiting> waiting_;
};

}  // namespace playhead::test
