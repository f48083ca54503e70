#pragma once

// A log before another one, whose appends fail when a test says so: refused, or taken and refused all the same, at
// once or later from another thread, in order.

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "log/heartbeat_log.h"

namespace playhead::test {

class FlakyLog final : public log::HeartbeatLog {
 public:
  enum class Fault { kNone, kRefuse, kTakeAndRefuse, kFull, kCorrupt };
  using Decide = std::function<Fault(std::string_view record)>;

  // `inner` outlives it. Works until decide() says otherwise.
  explicit FlakyLog(log::HeartbeatLog& inner) : inner_(inner) {}

  // Asked at each append, by the thread that appends.
  void decide(Decide decide) {
    const std::lock_guard lock(mutex_);
    decide_ = std::move(decide);
  }
  void always(Fault fault) {
    decide([fault](auto) { return fault; });
  }
  // append() returns, and answer() is what calls `done`, on its thread. Decided at the append.
  void hold(bool holding) {
    const std::lock_guard lock(mutex_);
    holding_ = holding;
  }
  // Answers what is held at most; returns how many.
  std::size_t answer(std::size_t most = SIZE_MAX) {
    std::size_t answered = 0;
    for (; answered < most; ++answered) {
      std::unique_lock lock(mutex_);
      if (held_.empty()) break;
      auto [fault, record, done] = std::move(held_.front());
      held_.pop_front();
      lock.unlock();
      finish(fault, record, std::move(done));
    }
    return answered;
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  // Appends so far.
  std::size_t appends() const {
    const std::lock_guard lock(mutex_);
    return appends_;
  }

  log::Partition partitions() const override { return inner_.partitions(); }
  log::Partition partition_of(std::string_view user) const override { return inner_.partition_of(user); }
  void append(std::string_view record, AppendDone done) override {
    std::unique_lock lock(mutex_);
    ++appends_;
    const auto decide = decide_;
    const bool holding = holding_;
    lock.unlock();
    const auto fault = decide ? decide(record) : Fault::kNone;
    if (!holding) return finish(fault, record, std::move(done));
    lock.lock();
    held_.push_back({fault, record, std::move(done)});
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
  struct Held {
    Fault fault;
    std::string_view record;
    AppendDone done;
  };

  void finish(Fault fault, std::string_view record, AppendDone done) {
    switch (fault) {
      case Fault::kNone: return inner_.append(record, std::move(done));
      case Fault::kTakeAndRefuse: inner_.append(record, [](auto) {}); [[fallthrough]];
      case Fault::kRefuse: return done(fail("log-unavailable", "The log is away."));
      case Fault::kFull: return done(fail("log-full", "The disk is full."));
      case Fault::kCorrupt: return done(fail("record-corrupt", "That is no record."));
    }
  }

  log::HeartbeatLog& inner_;
  mutable std::mutex mutex_;
  Decide decide_;
  bool holding_ = false;
  std::deque<Held> held_;
  std::size_t appends_ = 0;
};

}  // namespace playhead::test
