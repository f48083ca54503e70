// How long a record takes from append() to its owner, printed for docs/architecture.md; a bound only against what is
// plainly wrong, such as waiting for the next fetch.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/clock.h"
#include "cluster/group_settings.h"
#include "cluster/kafka_topics.h"
#include "log/kafka/group_feed.h"
#include "log/kafka/kafka_log.h"
#include "support/log_calls.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::log {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

class Timed final : public GroupHandler {
 public:
  std::optional<Offset> held(Partition) override { return std::nullopt; }
  void assigned(Partition, Offset, Offset) override { ++owned; }
  void revoked(std::span<const Partition>) override {}
  void lost(std::span<const Partition>) override {}
  void settled() override {}
  void record(Partition, Offset, std::int64_t, std::string_view) override {
    came = std::chrono::steady_clock::now();
    ++records;
  }
  void damaged(Partition, Offset, Offset, const Error&) override {}
  void turn_over() override {}
  std::atomic<std::chrono::steady_clock::time_point> came;
  std::atomic<int> owned{0}, records{0};
};

TEST(KafkaGroupLatency, ARecordIsAtItsOwnerInMilliseconds) {
  const auto options = test::made_topic(12);
  const SystemClock clock;
  kafka::KafkaLog log(options);
  for (const int wait_ms : {5, 10, 100}) {
    auto settings = test::group_settings(std::chrono::milliseconds(0));
    settings.fetch_wait = std::chrono::milliseconds(wait_ms);
    Timed timed;
    kafka::KafkaGroupFeed feed(options, settings, {"one", "127.0.0.1:1", "here"}, clock);
    feed.start(timed);
    test::eventually([&] { return timed.owned >= 12; }, std::chrono::seconds(60));
    std::vector<double> acknowledged, seen;
    for (int i = 0; i < 600; ++i) {
      const auto before = timed.records.load();
      const auto begin = std::chrono::steady_clock::now();
      const auto user = "user" + std::to_string(i);
      ASSERT_TRUE(append_and_wait(log, test::record_of({test::position(user, "12", 1'000, i)})));
      acknowledged.push_back(Milliseconds(std::chrono::steady_clock::now() - begin).count());
      while (timed.records == before) std::this_thread::sleep_for(std::chrono::microseconds(50));
      seen.push_back(Milliseconds(timed.came.load() - begin).count());
    }
    feed.stop();
    std::ranges::sort(acknowledged);
    std::ranges::sort(seen);
    std::printf("fetch_wait %d ms: acknowledged p50 %.2f p99 %.2f ms, at the owner p50 %.2f p99 %.2f ms\n", wait_ms,
                acknowledged[300], acknowledged[594], seen[300], seen[594]);
    EXPECT_LT(seen[300], 100.0);
  }
}

}  // namespace
}  // namespace playhead::log
