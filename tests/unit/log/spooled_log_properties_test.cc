// Whatever fails and whenever the process dies: what was acknowledged is in the queue or in the spool, and in the
// queue once both work.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/log/spooled_fixture.h"

namespace playhead::log {
namespace {

// A disk or a server that fails for a while, at random, and that a dead process reaches no more.
class Unreliable {
 public:
  explicit Unreliable(HeartbeatLog& inner) : log_(inner) {
    log_.decide([this](auto) { return next(); });
  }
  test::FlakyLog& log() { return log_; }
  void seed(std::uint32_t seed) { random_ = seed; }
  // In tenths of the appends.
  void fails(unsigned tenths) { tenths_ = tenths; }

 private:
  Fault next() {
    auto random = random_.load();
    while (!random_.compare_exchange_weak(random, random * 1664525 + 1013904223)) {
    }
    random >>= 16;
    if (random % 10 >= tenths_) return Fault::kNone;
    return random / 10 % 2 == 0 ? Fault::kRefuse : Fault::kTakeAndRefuse;
  }
  test::FlakyLog log_;
  std::atomic<std::uint32_t> random_{1};
  std::atomic<unsigned> tenths_{0};
};

// A process with its log. Answers that come after its death reach nobody.
class Process {
 public:
  Process(Unreliable& queue, Unreliable& spool, const Clock& clock, const SpoolOptions& options,
          std::set<std::int64_t>& acknowledged)
      : queue_(queue),
        spool_(spool),
        acknowledged_(acknowledged),
        log_(std::make_unique<SpooledLog>(queue.log(), spool.log(), clock, options)),
        server_([this] {
          while (!ended_ || queue_.log().held() > 0) {
            if (queue_.log().answer(1) == 0) std::this_thread::yield();
          }
        }) {
    queue.log().hold(true);
  }
  ~Process() {
    log_.reset();
    ended_ = true;
    server_.join();
  }
  void append(std::int64_t position) {
    const std::string_view record = records_.emplace_back(test::record_of_position(position));
    log_->append(record, [this, position](Result<Appended> outcome) {
      const std::lock_guard lock(mutex_);
      if (outcome && !dead_) acknowledged_.insert(position);
    });
  }
  // From here on nothing more reaches a disk or a player.
  void die() {
    {
      const std::lock_guard lock(mutex_);
      dead_ = true;
    }
    queue_.log().always(Fault::kRefuse);
    spool_.log().always(Fault::kRefuse);
  }
  SpooledLog& log() { return *log_; }

 private:
  Unreliable& queue_;
  Unreliable& spool_;
  std::set<std::int64_t>& acknowledged_;
  std::mutex mutex_;
  bool dead_ = false;
  std::deque<std::string> records_;
  std::atomic<bool> ended_{false};
  std::unique_ptr<SpooledLog> log_;
  std::thread server_;
};

}  // namespace

RC_GTEST_PROP(SpooledLogProperties, WhatIsAcknowledgedIsNeverLost, ()) {
  const SystemClock clock;
  MemoryLog queue_inner(clock, 3), spool_inner(clock);
  SpoolOptions options{.probe_every = std::chrono::milliseconds(1), .trim_every = std::chrono::milliseconds(0)};
  options.most_combined = *rc::gen::element<std::size_t>(1, 200, 4 << 20);
  options.most_in_flight = *rc::gen::inRange<std::size_t>(1, 6);
  options.max_bytes = *rc::gen::element<std::uint64_t>(300, 1 << 20);
  std::set<std::int64_t> acknowledged;
  const auto everywhere = [&] {
    auto there = test::positions_in(queue_inner);
    there.merge(test::positions_in(spool_inner));
    return there;
  };
  std::int64_t position = 0;
  const auto lives = *rc::gen::inRange(1, 5);
  for (int life = 0; life < lives; ++life) {
    Unreliable queue(queue_inner), spool(spool_inner);
    queue.seed(*rc::gen::arbitrary<std::uint32_t>());
    spool.seed(*rc::gen::arbitrary<std::uint32_t>());
    Process process(queue, spool, clock, options, acknowledged);
    const auto phases = *rc::gen::inRange(1, 6);
    for (int phase = 0; phase < phases; ++phase) {
      queue.fails(*rc::gen::element(0u, 0u, 3u, 10u));
      spool.fails(*rc::gen::element(0u, 0u, 3u, 10u));
      const auto appends = *rc::gen::inRange(0, 40);
      for (int i = 0; i < appends; ++i) process.append(++position);
      if (*rc::gen::arbitrary<bool>()) std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
    if (*rc::gen::arbitrary<bool>()) process.die();
  }
  RC_ASSERT(test::lost(acknowledged, everywhere()).empty());

  SpooledLog healed(queue_inner, spool_inner, clock, options);
  test::eventually([&] { return spool_inner.usage(kOnlyPartition).bytes == 0 && !healed.status().away; });
  RC_ASSERT(test::lost(acknowledged, test::positions_in(queue_inner)).empty());
  RC_TAG(acknowledged.empty() ? "nothing acknowledged" : "some acknowledged");
}

}  // namespace playhead::log
