#pragma once

// Appends that are answered in their order although some go one way and some another.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>

#include "log/heartbeat_log.h"

namespace playhead::log {

class OrderedAnswers {
 public:
  struct Entry {
    std::string_view record;
    HeartbeatLog::AppendDone done;
    std::optional<Result<Appended>> outcome;
  };

  // The entry stays where it is until it was answered. The appending thread.
  Entry& add(std::string_view record, HeartbeatLog::AppendDone done);
  // Settles an entry and calls, on this thread, every `done` that is first in the order and settled; another thread
  // that settles meanwhile leaves its own to this one. Once for each entry. Any thread.
  void answer(Entry& entry, Result<Appended> outcome);
  // Until every entry was answered.
  void wait_until_empty();

 private:
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::deque<Entry> waiting_;
  bool answering_ = false;
};

}  // namespace playhead::log
