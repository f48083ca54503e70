#include "apply/committer.h"

#include <spdlog/spdlog.h>

#include <cstdlib>

#include "model/record.h"

namespace playhead::apply {
namespace {

// One filled by the server, one in the log, one being applied, one between: enough that no thread waits for another.
constexpr std::size_t kBatches = 4;

}  // namespace

void Committer::Batch::reset(std::size_t lanes) {
  record.assign(model::record_header(0));  // keeps its capacity, which is megabytes under load
  updates = 0;
  tokens.resize(lanes);
  for (auto& lane : tokens) lane.clear();
}

Committer::Committer(log::HeartbeatLog& log, CommitSink& sink, Stats& stats, const Clock& clock,
                     const CommitOptions& options)
    : log_(log), sink_(sink), stats_(stats), clock_(clock), options_(options) {}

Committer::~Committer() { stop(); }

std::size_t Committer::add_lane(CommitLane& lane) {
  lanes_.push_back(&lane);
  return lanes_.size() - 1;
}

void Committer::start() {
  for (std::size_t i = 0; i < kBatches; ++i) {
    auto batch = std::make_unique<Batch>();
    batch->reset(lanes_.size());
    (i == 0 ? filling_ : free_.emplace_back()) = std::move(batch);
  }
  commit_thread_ = std::thread([this] { commit_loop(); });
  apply_thread_ = std::thread([this] { apply_loop(); });
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (commit_thread_.joinable()) commit_thread_.join();
  if (apply_thread_.joinable()) apply_thread_.join();
}

bool Committer::submit(std::size_t lane, std::string_view updates, Token token, std::uint64_t count) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || filling_->record.size() + updates.size() > options_.queue_bytes || sink_.full()) {
      Stats::add(stats_.refused_full);
      return false;
    }
    filling_->record.append(updates);
    filling_->updates += count;
    filling_->tokens[lane].push_back(token);
    ++filling_tokens_;
    Stats::set(stats_.queued_bytes, filling_->record.size());
    wake = committer_waits_ && !free_.empty() && gathered();
  }
  if (wake) work_.notify_one();
  return true;
}

std::unique_ptr<Committer::Batch> Committer::next_batch() {
  std::unique_lock lock(mutex_);
  committer_waits_ = true;
  auto probe_at = std::chrono::steady_clock::now() + options_.probe_every;
  while (free_.empty() || (filling_tokens_ == 0 && !stopping_)) {
    // The answer to an earlier append may come while this waits, so health is asked anew each time.
    if (healthy() || free_.empty()) {
      work_.wait(lock);
      probe_at = std::chrono::steady_clock::now() + options_.probe_every;
    } else if (work_.wait_until(lock, probe_at) == std::cv_status::timeout) {
      break;
    }
  }
  gather(lock);
  committer_waits_ = false;
  if (filling_tokens_ == 0 && stopping_) return nullptr;
  last_tokens_ = filling_tokens_;
  auto batch = std::exchange(filling_, std::move(free_.back()));
  free_.pop_back();
  filling_tokens_ = 0;
  ++on_their_way_;
  Stats::set(stats_.queued_bytes, 0);
  return batch;
}

void Committer::gather(std::unique_lock<std::mutex>& lock) {
  awaits_answer_ = true;
  const auto answered_by = std::chrono::steady_clock::now() + options_.wait_for_answer_at_most;
  while (on_their_way_ > 0 && !large() && !stopping_ &&
         work_.wait_until(lock, answered_by) != std::cv_status::timeout) {
  }
  awaits_answer_ = false;
  const auto until = std::chrono::steady_clock::now() + options_.gather_at_most;
  wanted_tokens_ = last_tokens_ - last_tokens_ / 8;  // some players always leave
  while (!gathered() && !stopping_ && work_.wait_until(lock, until) != std::cv_status::timeout) {
  }
  wanted_tokens_ = 1;
}

void Committer::commit_loop() {
  while (auto batch = next_batch()) append(std::move(batch));
  {
    const std::lock_guard lock(mutex_);
    all_submitted_ = true;
  }
  durable_.notify_one();
}

void Committer::append(std::unique_ptr<Batch> batch) {
  model::set_record_time(batch->record, clock_.now_ms());
  const auto begin = clock_.monotonic();
  auto& record = batch->record;
  log_.append(record, [this, begin, batch = std::move(batch)](Result<log::Appended> result) mutable {
    const std::chrono::nanoseconds took = clock_.monotonic() - begin;
    if (health_.note(result ? nullptr : &result.error())) {
      if (result) {
        spdlog::info("The log takes writes again.");
      } else {
        spdlog::error("No update is acknowledged while the log refuses: {}", result.error().detail);
      }
    }
    if (result) {
      Stats::add(stats_.commit_nanoseconds, static_cast<std::uint64_t>(took.count()));
      Stats::add(stats_.commits);
      // An empty record only tries whether the log is well again.
      if (batch->updates > 0) stats_.commit_updates.observe(batch->updates);
      stats_.commit_us.observe(static_cast<std::uint64_t>(took.count()) / 1'000);
      Stats::add(stats_.committed_bytes, batch->record.size());
      batch->outcome = *result;
    } else {
      Stats::add(stats_.commit_failures);
      batch->outcome = std::unexpected(std::move(result.error()));
    }
    // Notified under the lock: once the last batch is applied, stop() may end and take the committer with it.
    const std::lock_guard lock(mutex_);
    done_.push_back(std::move(batch));
    durable_.notify_one();
    if (--on_their_way_ == 0 && awaits_answer_) work_.notify_one();
  });
}

void Committer::answer(Batch& batch) {
  Result<log::Durability> outcome = std::unexpected(Error{});
  if (batch.outcome) {
    outcome = batch.outcome->durability;
  } else {
    outcome = std::unexpected(std::move(batch.outcome.error()));
  }
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (!batch.tokens[lane].empty()) {
      lanes_[lane]->committed(std::move(batch.tokens[lane]), outcome);
    }
  }
}

void Committer::apply_loop() {
  while (true) {
    std::unique_ptr<Batch> batch;
    {
      std::unique_lock lock(mutex_);
      // All but the one being filled are back: no append is still on its way.
      const auto over = [this] { return all_submitted_ && free_.size() == kBatches - 1; };
      durable_.wait(lock, [&] { return !done_.empty() || over(); });
      if (done_.empty()) return;
      batch = std::move(done_.front());
      done_.pop_front();
    }
    if (batch->outcome) {
      if (const auto applied = sink_.durable(*batch->outcome, batch->record); !applied) {
        spdlog::critical("A record that was just written can't be applied: {}", applied.error().detail);
        std::abort();
      }
    }
    answer(*batch);
    batch->reset(lanes_.size());
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(std::move(batch));
      wake = committer_waits_;
    }
    if (wake) work_.notify_one();
  }
}

}  // namespace playhead::apply
