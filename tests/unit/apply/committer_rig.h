#pragma once

// A committer over a log that does what a test says.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "apply/applier.h"
#include "apply/commit_sink.h"
#include "apply/committer.h"
#include "apply/stats.h"
#include "apply/view.h"
#include "push/presence.h"
#include "support/lane.h"
#include "support/scripted_log.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::apply {

using test::eventually;
using test::Lane;
using test::position;
using test::updates_of;

struct CommitterTest : testing::Test {
  ~CommitterTest() override {
    // A test that failed halfway must not wait for its own disk.
    log_.release();
    log_.defer(false);
    log_.answer();
  }
  void start(CommitOptions options = {}) {
    options.probe_every = std::chrono::milliseconds(1);
    committer_ = std::make_unique<Committer>(log_, sink_, stats_, clock_, options);
    lane_ = committer_->add_lane(answers_);
    committer_->start();
  }
  bool submit(std::uint64_t id) {
    const auto user = std::to_string(id);
    return committer_->submit(lane_, updates_of({position(user, "1", 10)}), {id, 0, 0});
  }
  // A first record that the disk takes its time with: all that follows queues up behind it.
  void hold_the_disk() {
    log_.hold();
    ASSERT_TRUE(submit(0));
    eventually([&] { return log_.appends() == 1; });
  }
  void expect_answers(std::size_t count) {
    eventually([&] { return answers_.ids().size() >= count; });
    EXPECT_EQ(answers_.ids().size(), count);
  }
  bool known(std::uint64_t id) const { return !view_.copy({.user = std::to_string(id)}).empty(); }
  std::size_t records() const { return log_.usage(log::kOnlyPartition).next - 1; }

  ManualClock clock_{1'000};
  test::ScriptedLog log_{clock_};
  View view_;
  push::Presence presence_{{}, clock_};
  Stats stats_;
  Applier applier_{view_, presence_, stats_};
  ApplyToView sink_{applier_, view_};
  std::array<std::atomic<bool>, 16> known_at_answer_{};
  Lane answers_{[this](std::uint64_t id) { known_at_answer_[id % 16] = known(id); }};
  std::unique_ptr<Committer> committer_;
  std::size_t lane_ = 0;
};

}  // namespace playhead::apply
