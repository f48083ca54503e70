#include "log/spool/ordered_answers.h"

#include <utility>

namespace playhead::log {

OrderedAnswers::Entry& OrderedAnswers::add(std::string_view record, HeartbeatLog::AppendDone done) {
  const std::lock_guard lock(mutex_);
  return waiting_.emplace_back(Entry{.record = record, .done = std::move(done), .outcome = {}});
}

void OrderedAnswers::answer(Entry& entry, Result<Appended> outcome) {
  std::unique_lock lock(mutex_);
  entry.outcome = std::move(outcome);
  if (answering_) return;
  answering_ = true;
  while (!waiting_.empty() && waiting_.front().outcome) {
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    first.done(std::move(*first.outcome));
    lock.lock();
  }
  answering_ = false;
  // Under the lock: whoever waits may take this object with it.
  if (waiting_.empty()) emptied_.notify_all();
}

void OrderedAnswers::wait_until_empty() {
  std::unique_lock lock(mutex_);
  emptied_.wait(lock, [this] { return waiting_.empty() && !answering_; });
}

}  // namespace playhead::log
