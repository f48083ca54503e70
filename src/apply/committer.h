#pragma once

// Group commit: whatever the server's threads hand in while one record is being made durable goes into the next one,
// so that one fdatasync answers everybody in it. Two threads: one appends records to the log, one applies what has
// become durable to the sink and then lets the acks go.

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "apply/commit_sink.h"
#include "apply/health.h"
#include "apply/stats.h"
#include "base/clock.h"
#include "base/error.h"
#include "log/heartbeat_log.h"

namespace playhead::apply {

// Names a waiting request to the lane that it came from; means nothing to the committer.
using Token = std::array<std::uint64_t, 3>;

// Whoever waits for commits; one for each thread of the server.
class CommitLane {
 public:
  virtual ~CommitLane() = default;
  // All of this lane's requests in one record, at once: durable, or failed with "log-full" or "log-unavailable".
  // Called on the applier's thread; the implementation takes the tokens and returns.
  virtual void committed(std::vector<Token> tokens, const Result<log::Durability>& outcome) = 0;
};

struct CommitOptions {
  // Updates that wait for the next record. At 100 bytes each the default is some 160,000: what one slow fdatasync
  // (100 ms) lets pile up at full speed. Beyond it submissions are refused.
  std::size_t queue_bytes = std::size_t{16} << 20;
  // Under load a record waits until about as many requests as the last one answered have come back, at most this
  // long: a third of the appends, and of what they cost. One player alone never waits. 0: nobody does.
  std::chrono::microseconds gather_at_most{5'000};
  // Nor does a record of this size: what an append costs is small beside what it carries then, and waiting would only
  // keep the disk, the applier and the players' next batches from working at the same time.
  std::size_t gather_bytes = std::size_t{64} << 10;
  // While a record is on its way, the next one waits until that one is answered or it is large itself, at most this
  // long: in a log of many partitions a small record costs as many requests as a large one. A log that answers before
  // append() returns makes none wait.
  std::chrono::microseconds wait_for_answer_at_most{50'000};
  // How often a log that refused is tried with an empty record while there is no traffic.
  std::chrono::milliseconds probe_every{1'000};
};

class Committer {
 public:
  Committer(log::HeartbeatLog& log, CommitSink& sink, Stats& stats, const Clock& clock, const CommitOptions& options);
  // Finishes what was submitted, then stops.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Before start(). The lane must outlive the committer's threads. Returns its number.
  std::size_t add_lane(CommitLane& lane);
  void start();
  // Commits what is queued, applies it, answers, and ends the threads. Later submissions are refused.
  void stop();

  // Queues `count` updates in the form of model::append_update; the lane's committed() answers. False: no room,
  // nothing was queued. Any thread.
  [[nodiscard]] bool submit(std::size_t lane, std::string_view updates, Token token, std::uint64_t count = 1);

  // Whether the last append became durable. Without traffic an empty record is tried from time to time until one
  // does. Any thread.
  bool healthy() const { return health_.ok(); }
  // Why not.
  std::optional<Error> trouble() const { return health_.trouble(); }

 private:
  struct Batch {
    std::string record;
    std::uint64_t updates = 0;
    std::vector<std::vector<Token>> tokens;  // by lane
    Result<log::Appended> outcome;
    void reset(std::size_t lanes);
  };

  void commit_loop();
  void apply_loop();
  std::unique_ptr<Batch> next_batch();
  void gather(std::unique_lock<std::mutex>& lock);
  bool large() const { return filling_->record.size() >= options_.gather_bytes; }
  bool gathered() const { return large() || (!awaits_answer_ && filling_tokens_ >= wanted_tokens_); }
  void append(std::unique_ptr<Batch> batch);
  void answer(Batch& batch);

  log::HeartbeatLog& log_;
  CommitSink& sink_;
  Stats& stats_;
  const Clock& clock_;
  CommitOptions options_;
  std::vector<CommitLane*> lanes_;

  std::mutex mutex_;
  std::condition_variable work_;     // for the committing thread: something queued, or a free batch, or stopping
  std::condition_variable durable_;  // for the applying thread
  std::unique_ptr<Batch> filling_;
  std::vector<std::unique_ptr<Batch>> free_;
  std::deque<std::unique_ptr<Batch>> done_;
  std::size_t filling_tokens_ = 0;
  bool committer_waits_ = false;
  std::size_t wanted_tokens_ = 1;  // what the waiting committer wants to be woken for
  std::size_t last_tokens_ = 0;    // of the last record
  std::size_t on_their_way_ = 0;   // records appended and not answered
  bool awaits_answer_ = false;     // the committer waits until there are none
  bool stopping_ = false;
  bool all_submitted_ = false;
  Health health_;
  std::thread commit_thread_;
  std::thread apply_thread_;
};

}  // namespace playhead::apply
