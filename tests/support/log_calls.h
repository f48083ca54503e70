#pragma once

// The log's calls as tests want them: waiting for their answers.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/heartbeat_log.h"
#include "support/wait.h"

namespace playhead::log {

inline Result<Appended> append_and_wait(HeartbeatLog& log, std::string_view record) {
  return test::wait_for<Result<Appended>>([&](auto done) { log.append(record, std::move(done)); });
}

using Record = std::pair<Offset, std::string>;

inline std::vector<Record> read_all(HeartbeatLog& log, Offset from, Partition partition = kOnlyPartition) {
  std::vector<Record> records;
  const auto result = log.read(partition, from, [&](Offset offset, std::string_view record) {
    records.emplace_back(offset, record);
    return true;
  });
  EXPECT_TRUE(result) << result.error().detail;
  return records;
}

inline Offset end_of(HeartbeatLog& log, Partition partition) {
  const auto end = test::wait_for<Result<Offset>>([&](auto done) { log.end(partition, std::move(done)); });
  EXPECT_TRUE(end) << end.error().detail;
  return end.value_or(0);
}

inline constexpr Retention kKeepNothing{};
inline constexpr Retention kKeepAll{.max_bytes = 1ull << 40, .max_age = std::chrono::hours(1'000'000)};
// Later than any append of a test.
inline constexpr std::int64_t kFuture = 4'000'000'000'000;

}  // namespace playhead::log
