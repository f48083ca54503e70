#pragma once

// Carries the spool to the queue once that is there again: finds out by empty records, then appends what is spooled
// in order, a few records at a time, and takes off the disk what the queue has confirmed. Where it stands is not
// written down: after a restart it begins at the first record kept, and what the queue has already merges into
// nothing.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "log/heartbeat_log.h"
#include "log/spool/shared_queue.h"
#include "log/spool/spool_options.h"
#include "log/spool/trouble.h"

namespace playhead::log {

class Drainer {
 public:
  // All outlive it. With `awaits_release`, only what release() was called for is taken off the disk.
  Drainer(SharedQueue& queue, HeartbeatLog& spool, const SpoolOptions& options, const Clock& clock,
          bool awaits_release);
  // Does not wait for what is on its way.
  ~Drainer();
  Drainer(const Drainer&) = delete;
  Drainer& operator=(const Drainer&) = delete;

  // There is something new to look at: a record in the spool, or a queue that refused. Any thread.
  void wake();
  // Nobody but the queue wants what is below `up_to`. Any thread.
  void release(Offset up_to);

  // The queue has everything of the spool below this. Any thread.
  Offset drained() const { return drained_; }
  std::uint64_t drained_count() const { return drained_count_; }
  std::optional<Error> trouble() const { return trouble_.get(); }

 private:
  // One record on its way to the queue, which may answer when the drainer is long gone.
  struct Flight {
    Offset offset;
    std::string record;
    std::optional<Result<Appended>> outcome;  // guarded by Signals::mutex
  };
  using FlightPtr = std::shared_ptr<Flight>;
  struct Signals {
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
    bool stopping = false;
  };

  void loop();
  void probe();
  void drain();
  void trim();
  bool read_ahead();
  bool may_send(std::size_t flights, std::size_t bytes);
  void note_refusal(const Error& error);
  FlightPtr send(Offset offset, std::string record);
  const Result<Appended>* await(const Flight& flight);
  bool stopping();
  void rest(std::chrono::milliseconds at_most);
  void pause();

  SharedQueue& queue_;
  HeartbeatLog& spool_;
  const SpoolOptions& options_;
  const Clock& clock_;
  const std::shared_ptr<Signals> signals_ = std::make_shared<Signals>();
  std::atomic<Offset> drained_;
  std::atomic<Offset> released_;
  std::atomic<std::uint64_t> drained_count_{0};
  Trouble trouble_;
  // The draining thread's: read from the spool and not sent yet, and where the next comes from.
  std::deque<std::pair<Offset, std::string>> ahead_;
  Offset next_read_ = 1;
  Monotonic next_trim_{};
  Offset trimmed_to_ = 0;
  int trims_ = 0;  // for trimmed_to_
  std::thread thread_;
};

}  // namespace playhead::log
