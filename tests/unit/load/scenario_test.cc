#include "load/scenario.h"

#include <gtest/gtest.h>

#include <string>

#include "load/pattern.h"

namespace playhead::load {
namespace {

Options options() { return {}; }

TEST(Scenario, UpdatesExpectTheWholeBatchAccepted) {
  auto o = options();
  o.batch = 100;
  o.rate = 200'000;
  o.count = 1050;
  const auto plan = plan_of(o);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->streams.size(), 1u);
  EXPECT_EQ(plan->streams[0].expect, R"("accepted":100,)");
  EXPECT_EQ(plan->streams[0].status, 202);
  EXPECT_EQ(plan->streams[0].rate, 2000);
  EXPECT_EQ(plan->streams[0].limit, 11u);
}

TEST(Scenario, NoopSendsTheSameBodyAsUpdates) {
  auto o = options();
  const auto updates = plan_of(o)->streams[0].request;
  o.scenario = "noop";
  const auto noop = plan_of(o)->streams[0].request;
  EXPECT_EQ(noop.substr(noop.find(" HTTP/1.1")), updates.substr(updates.find(" HTTP/1.1")));
  EXPECT_TRUE(noop.starts_with("POST /noop "));
}

TEST(Scenario, MixedReadsWhatItWrites) {
  auto o = options();
  o.scenario = "mixed";
  o.read_rate = 500;
  const auto plan = plan_of(o);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->streams.size(), 2u);
  EXPECT_EQ(plan->streams[1].rate, 500);
  EXPECT_EQ(plan->streams[1].updates, 0u);
  EXPECT_EQ(plan->streams[1].viewers.users, plan->streams[0].viewers.users);
}

TEST(Scenario, RefusesATargetElsewhereUnlessAllowed) {
  auto o = options();
  o.target = "192.0.2.1:80";
  EXPECT_EQ(plan_of(o).error().code, "remote-target");
  o.allow_remote = true;
  EXPECT_TRUE(plan_of(o));
}

TEST(Scenario, TakesEveryWayToSayLoopback) {
  for (const char* target : {"127.0.0.1:1842", "http://127.9.9.9:1842/", "[::1]:1842"}) {
    EXPECT_TRUE(resolve(target, false)) << target;
  }
  for (const char* target : {"127.0.0.1", ":1842", "127.0.0.1:", "127.0.0.1:http"}) {
    EXPECT_EQ(resolve(target, false).error().code, "invalid-target") << target;
  }
}

TEST(Scenario, RefusesWhatCannotWork) {
  const auto refused = [](auto change) {
    auto o = options();
    change(o);
    const auto plan = plan_of(o);
    return !plan && plan.error().code == "invalid-option";
  };
  EXPECT_TRUE(refused([](Options& o) { o.scenario = "downloads"; }));
  EXPECT_TRUE(refused([](Options& o) { o.duration_s = 0; }));
  EXPECT_TRUE(refused([](Options& o) { o.duration_s = 1e6; }));
  EXPECT_TRUE(refused([](Options& o) { o.batch = 1001; }));
  EXPECT_TRUE(refused([](Options& o) { o.heartbeats = 901; }));
  EXPECT_TRUE(refused([](Options& o) { o.pipeline = 2, o.rate = 10; }));
  EXPECT_TRUE(refused([](Options& o) { o.headers = {"a: b\r\nc: d"}; }));
}

TEST(Shares, CoverEverythingOnceWithoutCommonUsers) {
  StreamPlan whole;
  whole.viewers = {.first = 10, .users = 101};
  whole.connections = 7;
  whole.limit = 100;
  whole.rate = 9;
  std::uint64_t next = 10, users = 0, limit = 0;
  unsigned connections = 0;
  for (unsigned i = 0; i < 3; ++i) {
    const auto part = share_of(whole, i, 3);
    EXPECT_EQ(part.viewers.first, next);
    next += part.viewers.users;
    users += part.viewers.users;
    limit += part.limit;
    connections += part.connections;
    EXPECT_EQ(part.rate, 3);
  }
  EXPECT_EQ(users, 101u);
  EXPECT_EQ(limit, 100u);
  EXPECT_EQ(connections, 7u);
}

}  // namespace
}  // namespace playhead::load
