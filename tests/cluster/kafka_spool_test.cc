// A real broker that dies or hangs while players go on: their updates are acknowledged from the spool, and all are in
// the topic when it is back, even when the node is killed meanwhile.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "cluster/kafka_topics.h"
#include "cluster/positions.h"
#include "log/kafka/kafka_log.h"
#include "log/rocksdb/rocksdb_log.h"
#include "log/spool/spooled_log.h"
#include "support/log_calls.h"

namespace playhead::log {
namespace {

using kafka::KafkaLog;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

constexpr auto kNode = "node1";
constexpr seconds kLong{90};  // a broker that starts again on a busy machine

class KafkaSpool : public testing::Test {
 protected:
  KafkaSpool() { options_.append_timeout = milliseconds(1'000); }
  ~KafkaSpool() override {
    test::servers().resume(kNode);
    test::servers().start(kNode);
  }
  void expect_all_in_topic(const std::set<std::int64_t>& acknowledged) {
    KafkaLog topic(options_);
    EXPECT_GT(acknowledged.size(), 0u);
    EXPECT_THAT(test::lost(acknowledged, test::positions_in(topic)), testing::IsEmpty());
  }
  static void wait_until_drained(const SpooledLog& log) {
    test::eventually([&] { return !log.status().away && log.status().records == 0; }, kLong);
  }
  void acknowledges_without_the_broker(void (*stop)(), void (*go_on)()) {
    KafkaLog queue(options_);
    RocksDbLog spool({.path = dir_ / "spool", .clock = &clock_});
    SpooledLog log(queue, spool, clock_);
    test::AckedLoad load(log, 1);
    test::eventually([&] { return load.acknowledged() > 1'000; });
    EXPECT_FALSE(log.status().away);
    stop();
    test::eventually([&] { return log.status().spooled > 0; });
    const auto before = load.acknowledged();
    // Through several probes: none of them keeps a player waiting.
    test::eventually([&] { return load.acknowledged() > before + 2'000; });
    EXPECT_TRUE(log.status().away);
    go_on();
    wait_until_drained(log);
    const auto back = load.acknowledged();
    test::eventually([&] { return load.acknowledged() > back + 500; });
    EXPECT_EQ(load.refused(), 0);
    const auto acknowledged = load.stop();
    wait_until_drained(log);
    expect_all_in_topic(acknowledged);
    test::eventually([&] { return log.status().bytes == 0; });
  }

  SystemClock clock_;
  test::TempDir dir_;
  kafka::KafkaOptions options_ = test::made_topic(6);
};

// spool_child.cc, and what it was acknowledged.
class Child {
 public:
  Child(const kafka::KafkaOptions& options, const std::string& spool, std::int64_t first) {
    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const auto partitions = std::to_string(options.partitions), position = std::to_string(first);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      execl(SPOOL_CHILD, SPOOL_CHILD, options.brokers.c_str(), options.topic.c_str(), partitions.c_str(),
            spool.c_str(), position.c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    reader_ = std::thread([this, file = fdopen(out[0], "r")] { read(file); });
  }
  ~Child() { kill(); }
  void kill() {
    if (!reader_.joinable()) return;
    ::kill(pid_, SIGKILL);
    reader_.join();
    waitpid(pid_, nullptr, 0);
  }
  int local() const { return local_; }
  int replicated() const { return replicated_; }
  std::set<std::int64_t> acknowledged() {
    kill();
    return acknowledged_;
  }

 private:
  void read(std::FILE* file) {
    char way[16];
    long long position = 0;
    while (std::fscanf(file, "%15s %lld", way, &position) == 2) {
      acknowledged_.insert(position);
      ++(std::string_view(way) == "local" ? local_ : replicated_);
    }
    EXPECT_TRUE(std::feof(file)) << "the child said something else";
    std::fclose(file);
  }

  pid_t pid_ = -1;
  std::set<std::int64_t> acknowledged_;  // the reader's until it has ended
  std::atomic<int> local_{0}, replicated_{0};
  std::thread reader_;
};

TEST_F(KafkaSpool, ABrokerThatDiesCostsNobodyAnUpdate) {
  acknowledges_without_the_broker([] { test::servers().kill(kNode); }, [] { test::servers().start(kNode); });
}

TEST_F(KafkaSpool, ABrokerThatHangsCostsNobodyAnUpdate) {
  acknowledges_without_the_broker([] { test::servers().pause(kNode); }, [] { test::servers().resume(kNode); });
}

TEST_F(KafkaSpool, OneUpdateWaitsForTheTimeoutAndTheNextDoNot) {
  KafkaLog queue(options_);
  RocksDbLog spool({.path = dir_ / "spool", .clock = &clock_});
  SpooledLog log(queue, spool, clock_);
  ASSERT_EQ(append_and_wait(log, test::record_of_position(1))->durability, Durability::kReplicated);
  test::servers().pause(kNode);
  const auto timed_append = [&](std::int64_t position) {
    const auto begin = Steady::now();
    const auto done = append_and_wait(log, test::record_of_position(position));
    EXPECT_EQ(done->durability, Durability::kLocal);
    return Steady::now() - begin;
  };
  const auto first = timed_append(2);
  // librdkafka looks for what is too old once a second.
  EXPECT_LT(first, options_.append_timeout + milliseconds(1'500));
  Steady::duration longest{};
  const auto until = Steady::now() + 3 * options_.append_timeout;  // long enough for several probes
  std::int64_t position = 3;
  while (Steady::now() < until) longest = std::max(longest, timed_append(position++));
  EXPECT_LT(longest, options_.append_timeout);
  const auto in_ms = [](Steady::duration time) { return static_cast<int>(time / milliseconds(1)); };
  std::printf("the first append without the broker: %d ms; the longest of %d after it: %d ms\n", in_ms(first),
              static_cast<int>(position - 3), in_ms(longest));
  test::servers().resume(kNode);
  wait_until_drained(log);
}

TEST_F(KafkaSpool, ANodeThatIsKilledWhileTheBrokerIsAwayLosesNothing) {
  const auto spool_path = dir_ / "spool";
  std::set<std::int64_t> acknowledged;
  {
    Child child(options_, spool_path, 1);
    test::eventually([&] { return child.replicated() > 500; }, kLong);
    test::servers().kill(kNode);
    test::eventually([&] { return child.local() > 500; }, kLong);
    acknowledged.merge(child.acknowledged());
  }
  {
    Child child(options_, spool_path, 1'000'000);  // started without the broker
    test::eventually([&] { return child.local() > 200; }, kLong);
    acknowledged.merge(child.acknowledged());
  }
  test::servers().start(kNode);
  {
    Child child(options_, spool_path, 2'000'000);  // killed somewhere around its draining
    test::eventually([&] { return child.replicated() > 0; }, kLong);
    acknowledged.merge(child.acknowledged());
  }
  {
    KafkaLog queue(options_);
    RocksDbLog spool({.path = spool_path, .clock = &clock_});
    SpooledLog log(queue, spool, clock_);
    wait_until_drained(log);
  }
  expect_all_in_topic(acknowledged);
}

}  // namespace
}  // namespace playhead::log
