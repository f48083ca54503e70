#pragma once

// A client that remembers every acknowledgement, and what a log holds, to compare.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "log/heartbeat_log.h"

namespace playhead::test {

std::string record_of_position(std::int64_t position, std::string_view user = "ann");

// Every position in every partition of the log.
std::set<std::int64_t> positions_in(log::HeartbeatLog& log);

// What was acknowledged and is not there.
std::vector<std::int64_t> lost(const std::set<std::int64_t>& acknowledged, const std::set<std::int64_t>& there);

// Appends positions from `first` on for users of every partition, a few records on their way at a time, until
// stopped.
class AckedLoad {
 public:
  AckedLoad(log::HeartbeatLog& log, std::int64_t first);
  ~AckedLoad() { stop(); }
  AckedLoad(const AckedLoad&) = delete;
  AckedLoad& operator=(const AckedLoad&) = delete;

  std::int64_t acknowledged() const { return acknowledged_count_; }
  std::int64_t refused() const { return refused_; }
  // Of the partition with the fewest.
  std::int64_t acknowledged_everywhere() const;
  // Waits for what is on its way; the positions that were acknowledged.
  std::set<std::int64_t> stop();

 private:
  void run(std::int64_t position);

  log::HeartbeatLog& log_;
  std::vector<std::string> users_;  // one for each partition
  std::vector<std::atomic<std::int64_t>> by_partition_;
  std::atomic<std::int64_t> acknowledged_count_{0}, refused_{0};
  std::atomic<int> on_their_way_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::set<std::int64_t> acknowledged_;
  std::thread thread_;
};

}  // namespace playhead::test
