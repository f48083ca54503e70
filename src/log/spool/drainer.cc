#include "log/spool/drainer.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/record.h"

namespace playhead::log {
namespace {

// Read at once: small beside the spool's bound, and large enough that finding the place costs little.
constexpr std::size_t kReadAhead = 4 << 20;
// A release finishes a file, the next drops it once it has been moved. What is left after this many shares a file
// with records that are still needed, and goes with them.
constexpr int kMostTrims = 4;

}  // namespace

Drainer::Drainer(SharedQueue& queue, HeartbeatLog& spool, const SpoolOptions& options, const Clock& clock,
                 bool awaits_release)
    : queue_(queue),
      spool_(spool),
      options_(options),
      clock_(clock),
      drained_(spool.usage(kOnlyPartition).first),
      released_(awaits_release ? 0 : std::numeric_limits<Offset>::max()),
      thread_([this] { loop(); }) {}

Drainer::~Drainer() {
  {
    const std::lock_guard lock(signals_->mutex);
    signals_->stopping = true;
  }
  signals_->changed.notify_all();
  thread_.join();
}

void Drainer::wake() {
  {
    const std::lock_guard lock(signals_->mutex);
    signals_->woken = true;
  }
  signals_->changed.notify_all();
}

void Drainer::release(Offset up_to) {
  auto before = released_.load();
  while (before < up_to && !released_.compare_exchange_weak(before, up_to)) {
  }
}

bool Drainer::stopping() {
  const std::lock_guard lock(signals_->mutex);
  return signals_->stopping;
}

void Drainer::rest(std::chrono::milliseconds at_most) {
  std::unique_lock lock(signals_->mutex);
  signals_->changed.wait_for(lock, at_most, [this] { return signals_->stopping || signals_->woken; });
  signals_->woken = false;
}

// Between two attempts, whatever wakes it.
void Drainer::pause() {
  std::unique_lock lock(signals_->mutex);
  signals_->changed.wait_for(lock, options_.probe_every, [this] { return signals_->stopping; });
}

void Drainer::loop() {
  while (!stopping()) {
    if (queue_.away()) {
      probe();
    } else if (drained_ < spool_.usage(kOnlyPartition).next) {
      drain();
    } else {
      rest(options_.trim_every);
    }
    trim();
  }
}

Drainer::FlightPtr Drainer::send(Offset offset, std::string record) {
  auto flight = std::make_shared<Flight>(Flight{.offset = offset, .record = std::move(record), .outcome = {}});
  queue_.append(flight->record, [flight, signals = signals_](Result<Appended> outcome) {
    const std::lock_guard lock(signals->mutex);
    flight->outcome = std::move(outcome);
    signals->changed.notify_all();
  });
  return flight;
}

// Null when it is time to stop.
const Result<Appended>* Drainer::await(const Flight& flight) {
  std::unique_lock lock(signals_->mutex);
  signals_->changed.wait(lock, [&] { return signals_->stopping || flight.outcome; });
  return flight.outcome ? &*flight.outcome : nullptr;
}

void Drainer::probe() {
  const auto flight = send(0, model::record_header(clock_.now_ms()));
  const auto* const outcome = await(*flight);
  if (outcome == nullptr) return;
  if (!*outcome) {
    queue_.failed(outcome->error());
    return pause();
  }
  const auto left = spool_.usage(kOnlyPartition).next - drained_;
  queue_.came_back();
  spdlog::info("The queue takes updates again. {} records of the spool are on their way there.", left);
}

bool Drainer::may_send(std::size_t flights, std::size_t bytes) {
  if (flights == 0) return true;
  return flights < options_.most_in_flight && bytes + ahead_.front().second.size() <= options_.most_bytes_in_flight;
}

// Whether there is a record ahead.
bool Drainer::read_ahead() {
  if (!ahead_.empty()) return true;
  const auto end = spool_.usage(kOnlyPartition).next;
  if (next_read_ >= end) return false;
  std::size_t bytes = 0;
  const auto read = spool_.read(kOnlyPartition, next_read_, [&](Offset offset, std::string_view record) {
    ahead_.emplace_back(offset, record);
    bytes += record.size();
    return bytes < kReadAhead;
  });
  if (!read) {
    if (trouble_.set(read.error())) {
      spdlog::error("The spool's records can't be brought to the queue and stay: {}", read.error().detail);
    }
    // What was read before the damage may go; then it is met again.
    if (ahead_.empty()) pause();
  }
  next_read_ = ahead_.empty() ? (read ? end : next_read_) : ahead_.back().first + 1;
  if (ahead_.empty() && read) drained_ = end;  // nothing was kept up to there
  return !ahead_.empty();
}

void Drainer::note_refusal(const Error& error) {
  if (error.code == "log-unavailable") {
    queue_.failed(error);
    return;
  }
  if (trouble_.set(error)) spdlog::error("The queue refuses a spooled record, which stays: {}", error.detail);
  pause();
}

// Until the spool is empty, or the queue refuses.
void Drainer::drain() {
  std::deque<FlightPtr> flights;
  std::size_t bytes = 0;
  bool refused = false;
  ahead_.clear();
  next_read_ = drained_;
  while (true) {
    while (!refused && !queue_.away() && read_ahead() && may_send(flights.size(), bytes)) {
      auto [offset, record] = std::move(ahead_.front());
      ahead_.pop_front();
      bytes += record.size();
      flights.push_back(send(offset, std::move(record)));
    }
    if (flights.empty()) return;
    const auto* const outcome = await(*flights.front());
    if (outcome == nullptr) return;
    const auto& flight = *flights.front();
    bytes -= flight.record.size();
    // Only what is below everything that was refused or is still on its way is drained.
    if (*outcome && !refused) {
      drained_ = flight.offset + 1;
      ++drained_count_;
      if (trouble_.clear()) spdlog::info("The spool is drained again.");
    } else if (!*outcome && !refused) {
      refused = true;
      note_refusal(outcome->error());
    }
    flights.pop_front();
    trim();
  }
}

void Drainer::trim() {
  const auto usage = spool_.usage(kOnlyPartition);
  const Offset up_to = std::min({drained_.load(), released_.load(), usage.next});
  const auto now = clock_.monotonic();
  if (usage.first >= up_to || now < next_trim_) return;
  if (up_to == trimmed_to_ && up_to < usage.next && trims_ >= kMostTrims) return;
  trims_ = up_to == trimmed_to_ ? trims_ + 1 : 1;
  trimmed_to_ = up_to;
  next_trim_ = now + options_.trim_every;
  if (const auto released = spool_.release(kOnlyPartition, up_to, {}, clock_.now_ms()); !released) {
    spdlog::warn("The spool keeps its length for now: {}", released.error().detail);
  }
}

}  // namespace playhead::log
