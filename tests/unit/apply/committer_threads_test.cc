#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "apply/committer.h"
#include "support/lane.h"
#include "support/scripted_log.h"
#include "support/updates.h"

namespace playhead::apply {
namespace {

// Threads that submit, a log that fails now and then and readers, all at once.
TEST(CommitterThreads, AnswersEachOfManyThreadsOnceAndRightly) {
  constexpr std::uint64_t kThreads = 4, kEach = 500;
  ManualClock clock(1'000);
  test::ScriptedLog log(clock);
  View view(16);
  push::Presence presence({}, clock);
  Stats stats;
  Applier applier(view, presence, stats);
  const auto known = [&](std::uint64_t id) { return !view.copy({.user = std::to_string(id)}).empty(); };
  std::vector<test::Lane> lanes(kThreads);
  ApplyToView sink(applier, view);
  Committer committer(log, sink, stats, clock, {.queue_bytes = 2'000, .probe_every = std::chrono::milliseconds(1)});
  for (auto& lane : lanes) committer.add_lane(lane);
  committer.start();
  std::atomic<bool> done = false;
  std::jthread faults([&] {
    while (!done) {
      log.refuse(true);
      std::this_thread::yield();
      log.refuse(false);
      for (int i = 0; i < 20 && !done; ++i) std::this_thread::yield();
    }
  });
  std::jthread reader([&] {
    for (std::uint64_t id = 0; !done; ++id) (void)known(id % (kThreads * kEach));
  });
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          const auto id = thread * kEach + i;
          const auto updates = test::updates_of({test::position(std::to_string(id), "1", 10)});
          while (!committer.submit(thread, updates, {id, 0, 0})) std::this_thread::yield();
        }
      });
    }
  }
  done = true;
  committer.stop();
  std::set<std::uint64_t> durable;
  for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
    const auto answers = lanes[thread].answers();
    ASSERT_EQ(answers.size(), kEach);
    for (std::uint64_t i = 0; i < kEach; ++i) {
      ASSERT_EQ(answers[i].id, thread * kEach + i) << "answered once, in order, on its own lane";
      ASSERT_EQ(known(answers[i].id), answers[i].durable);
      if (answers[i].durable) durable.insert(answers[i].id);
    }
  }
  EXPECT_FALSE(durable.empty());
  EXPECT_EQ(stats.applied_updates, durable.size());
}

}  // namespace
}  // namespace playhead::apply
