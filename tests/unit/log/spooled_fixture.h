#pragma once

// A queue and a spool in memory, each failing as a test says, and the log over both.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "cluster/positions.h"
#include "log/memory/memory_log.h"
#include "log/spool/spooled_log.h"
#include "support/flaky_log.h"
#include "support/log_calls.h"
#include "support/updates.h"

namespace playhead::log {

using Fault = test::FlakyLog::Fault;

class SpooledFixture : public testing::Test {
 public:
  // What an append was answered, in the order of the answers.
  struct Answer {
    std::int64_t position;
    Result<Appended> outcome;
    std::thread::id thread;
  };

  SpooledFixture() { open(); }
  ~SpooledFixture() override {
    test::eventually([this] {
      queue_.answer();
      spool_.answer();
      return unanswered_ == 0;
    });
    log_.reset();
    queue_.answer();
  }
  void open() {
    log_.reset();
    log_ = std::make_unique<SpooledLog>(queue_, spool_, clock_, options_, hooks_);
  }
  // Appends and goes on; the answer comes to answers().
  void start_append(std::int64_t position) {
    const std::string_view record = records_.emplace_back(test::record_of_position(position));
    ++unanswered_;
    log_->append(record, [this, position](Result<Appended> outcome) {
      {
        const std::lock_guard lock(mutex_);
        answers_.push_back({position, std::move(outcome), std::this_thread::get_id()});
      }
      --unanswered_;
    });
  }
  Result<Appended> append(std::int64_t position) {
    return append_and_wait(*log_, records_.emplace_back(test::record_of_position(position)));
  }
  void expect_local(std::int64_t position) {
    const auto done = append(position);
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->durability, Durability::kLocal);
    EXPECT_EQ(done->offset, 0u);
  }
  void expect_refused(std::int64_t position, std::string_view code) {
    const auto done = append(position);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, code) << done.error().detail;
  }
  std::vector<Answer> answers() const {
    const std::lock_guard lock(mutex_);
    return answers_;
  }
  std::vector<std::int64_t> answered() const {
    std::vector<std::int64_t> positions;
    for (const auto& answer : answers()) positions.push_back(answer.position);
    return positions;
  }
  void wait_for_answers(std::size_t count) {
    test::eventually([&] { return answers().size() >= count; });
  }
  void wait_until_drained() {
    test::eventually([this] { return log_->status().records == 0 && !log_->status().away; });
  }
  std::set<std::int64_t> in_queue() { return test::positions_in(queue_inner_); }
  std::set<std::int64_t> in_spool() { return test::positions_in(spool_inner_); }
  static bool is_probe(std::string_view record) { return record.size() == model::record_header(0).size(); }

  SystemClock clock_;
  SpoolOptions options_{.probe_every = std::chrono::milliseconds(1), .trim_every = std::chrono::milliseconds(1)};
  SpoolHooks hooks_;
  MemoryLog queue_inner_{clock_, 4}, spool_inner_{clock_};
  test::FlakyLog queue_{queue_inner_}, spool_{spool_inner_};
  std::deque<std::string> records_;
  mutable std::mutex mutex_;
  std::vector<Answer> answers_;
  std::atomic<int> unanswered_{0};
  std::unique_ptr<SpooledLog> log_;
};

}  // namespace playhead::log
