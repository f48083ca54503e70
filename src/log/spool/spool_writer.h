#pragma once

// Writes to the spool on a thread of its own, since an fdatasync must not hold up the queue's callbacks. All that
// waits goes into one record, and so shares one fdatasync.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "log/heartbeat_log.h"
#include "log/spool/ordered_answers.h"
#include "log/spool/spool_options.h"
#include "log/spool/trouble.h"

namespace playhead::log {

class SpoolWriter {
 public:
  // `written` is called after each record, on the writer's thread. All outlive it.
  SpoolWriter(HeartbeatLog& spool, const SpoolOptions& options, SpoolHooks hooks, OrderedAnswers& answers,
              std::function<void()> written);
  // Writes and answers what waits.
  ~SpoolWriter();
  SpoolWriter(const SpoolWriter&) = delete;
  SpoolWriter& operator=(const SpoolWriter&) = delete;

  // The entry will be answered: kLocal, "log-full" or "log-unavailable". Never blocks for long. Any thread.
  void put(OrderedAnswers::Entry& entry);

  std::uint64_t written() const { return written_count_; }
  std::optional<Error> trouble() const { return trouble_.get(); }

 private:
  using Entries = std::span<OrderedAnswers::Entry* const>;

  void loop();
  Entries take_together(Entries entries);
  Result<void> room() const;
  void write(Entries together);
  Result<Appended> append(std::string_view record);

  HeartbeatLog& spool_;
  const SpoolOptions& options_;
  const SpoolHooks hooks_;
  OrderedAnswers& answers_;
  const std::function<void()> written_;

  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<OrderedAnswers::Entry*> waiting_;
  bool stopping_ = false;
  std::string combined_;
  std::atomic<std::uint64_t> written_count_{0};
  Trouble trouble_;
  std::thread thread_;
};

}  // namespace playhead::log
