#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "unit/link/nodes.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;

TEST(LinkCall, IsAnswered) {
  Node node;
  Asker asker;
  EXPECT_EQ(asker.ask(node.address(), kEcho, "1122").value(), "1122");
  EXPECT_EQ(asker.ask(node.address(), kEcho, "").value(), "");
  EXPECT_EQ(node.counters.connections_taken, 1u) << "one connection serves all calls";
  EXPECT_EQ(asker.counters.connections_made, 1u);
  EXPECT_EQ(asker.counters.calls, 2u);
  EXPECT_EQ(node.counters.requests, 2u);
  EXPECT_GT(asker.counters.bytes_out, 0u);
}

TEST(LinkCall, BringsTheHandlersOwnError) {
  Node node;
  Asker asker;
  const auto outcome = asker.ask(node.address(), kFail, "7");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "no-such-user");
  EXPECT_EQ(outcome.error().detail, "There is no user 7.");
  EXPECT_EQ(asker.counters.failed_by_peer, 1u);
}

TEST(LinkCall, OfAnUnknownKindOrWithoutAnAnswerFails) {
  Node node;
  Asker asker;
  EXPECT_EQ(asker.code(node.address(), 999, ""), "unknown-kind");
  EXPECT_EQ(asker.code(node.address(), kDrop, ""), "no-answer");
  EXPECT_EQ(asker.code(node.address(), kEcho, "and the connection goes on"), "");
}

TEST(LinkCall, ThousandsAtOnceFromManyThreads) {
  for (const std::size_t threads : {1u, 3u}) {
    Node node(quick(), key(), 0, threads);
    Asker asker(quick(), key(), threads);
    constexpr std::size_t kThreads = 4;
    constexpr std::size_t kEach = 1'000;
    Outcomes outcomes;
    std::vector<std::thread> callers;
    for (std::size_t t = 0; t < kThreads; ++t) {
      callers.emplace_back([&, t] {
        for (std::size_t i = 0; i < kEach; ++i) {
          const auto call = t * kEach + i;
          asker.peers->call(node.address(), kEcho, std::to_string(call), kLong, outcomes.done(call));
        }
      });
    }
    for (auto& caller : callers) caller.join();
    eventually([&] { return outcomes.ended() == kThreads * kEach; });
    const auto calls = outcomes.calls();
    for (std::size_t call = 0; call < calls.size(); ++call) {
      ASSERT_EQ(calls[call].size(), 1u);
      ASSERT_EQ(calls[call][0].value(), std::to_string(call));
    }
  }
}

TEST(LinkCall, AnswersComeInAnyOrder) {
  Node node;
  Asker asker;
  Outcomes outcomes;
  for (std::size_t call = 0; call < 3; ++call) {
    asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(call));
  }
  auto first = node.parked();
  auto second = node.parked();
  auto third = node.parked();
  EXPECT_EQ(asker.ask(node.address(), kEcho, "quick").value(), "quick") << "three slow ones hold nobody up";
  third.answer("third");
  eventually([&] { return outcomes.ended() == 1; });
  // From another thread than the link's, and in another order.
  std::thread([&] { first.answer("first"); }).join();
  second.answer("second");
  eventually([&] { return outcomes.ended() == 3; });
  const auto calls = outcomes.calls();
  EXPECT_EQ(calls[0][0].value(), "first");
  EXPECT_EQ(calls[1][0].value(), "second");
  EXPECT_EQ(calls[2][0].value(), "third");
}

TEST(LinkCall, AnswersOnlyOnce) {
  Node node;
  Asker asker;
  Outcomes outcomes;
  asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(0));
  auto responder = node.parked();
  responder.answer("this");
  responder.answer("that");
  responder.fail({"late", "Too late."});
  asker.ask(node.address(), kEcho, "");
  ASSERT_EQ(outcomes.calls()[0].size(), 1u);
  EXPECT_EQ(outcomes.calls()[0][0].value(), "this");
  EXPECT_EQ(asker.counters.late_answers, 0u);
}

TEST(LinkCall, TimesOutAndDropsTheLateAnswer) {
  Node node;
  Asker asker;
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "") << "then there is a connection, and the next is sent at once";
  EXPECT_EQ(asker.code(node.address(), kPark, "", std::chrono::milliseconds(30)), "peer-timeout");
  EXPECT_EQ(asker.counters.failed_timeout, 1u);
  auto late = node.parked();
  eventually([&] { return late.cancelled(); });
  late.answer("the answer to a question that nobody asks any more");
  EXPECT_EQ(asker.ask(node.address(), kEcho, "another").value(), "another");
  EXPECT_EQ(asker.counters.connections_made, 1u) << "a time-out is no reason for another connection";
}

TEST(LinkCall, KeepsItsTimeOutWithoutAConnection) {
  auto options = quick();
  Asker asker(options);
  // Reserved for documentation: no host answers there.
  const auto code = asker.code("192.0.2.1:1843", kEcho, "", std::chrono::milliseconds(30));
  EXPECT_TRUE(code == "peer-timeout" || code == "peer-unavailable") << code;
}

TEST(LinkCall, EndsEachOneWhenTheAskingSideStops) {
  Node node;
  Outcomes outcomes;
  constexpr std::size_t kCalls = 50;
  {
    Asker asker;
    for (std::size_t i = 0; i < kCalls; ++i) asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(i));
    asker.peers.reset();
    EXPECT_EQ(outcomes.ended(), kCalls);
  }
  for (const auto& call : outcomes.calls()) {
    ASSERT_EQ(call.size(), 1u);
    EXPECT_EQ(call[0].error().code, "peer-unavailable");
  }
}

TEST(LinkCall, RespondersOutliveTheServer) {
  Node node;
  Asker asker;
  Outcomes outcomes;
  asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(0));
  auto responder = node.parked();
  node.server.reset();
  EXPECT_TRUE(responder.cancelled());
  responder.answer("nobody listens");
  eventually([&] { return outcomes.ended() == 1; });
  EXPECT_EQ(outcomes.calls()[0][0].error().code, "peer-unavailable");
}

TEST(LinkCall, RefusesWhatIsNoAddress) {
  Asker asker;
  for (const char* address : {"", "1843", ":1843", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:18x"}) {
    const auto outcome = asker.ask(address, kEcho, "");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, "peer-unavailable");
    EXPECT_NE(outcome.error().detail.find("no address of a peer"), std::string::npos) << outcome.error().detail;
  }
}

TEST(LinkCall, FindsPeersByName) {
  Node node;
  Asker asker;
  EXPECT_EQ(asker.ask("localhost:" + std::to_string(node.server->port()), kEcho, "by name").value(), "by name");
}

}  // namespace
}  // namespace playhead::link::test
