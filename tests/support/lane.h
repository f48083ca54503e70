#pragma once

// A lane of the committer that remembers what it was answered.

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "apply/committer.h"

namespace playhead::test {

class Lane final : public apply::CommitLane {
 public:
  struct Answer {
    std::uint64_t id;
    bool durable;
    std::string code;
  };

  // `at_answer` is called for each token before the answer counts as given.
  explicit Lane(std::function<void(std::uint64_t id)> at_answer = {}) : at_answer_(std::move(at_answer)) {}

  void committed(std::vector<apply::Token> tokens, const Result<log::Durability>& outcome) override {
    for (const auto& token : tokens) {
      if (at_answer_) at_answer_(token[0]);
      const std::lock_guard lock(mutex_);
      answers_.push_back({token[0], outcome.has_value(), outcome ? "" : std::string(outcome.error().code)});
      answered_.notify_all();
    }
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(answered_.wait_for(lock, std::chrono::seconds(20), [&] { return answers_.size() >= count; }));
  }
  std::vector<Answer> answers() const {
    const std::lock_guard lock(mutex_);
    return answers_;
  }
  std::vector<std::uint64_t> ids() const {
    std::vector<std::uint64_t> ids;
    for (const auto& answer : answers()) ids.push_back(answer.id);
    return ids;
  }

 private:
  std::function<void(std::uint64_t)> at_answer_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::vector<Answer> answers_;
};

}  // namespace playhead::test
