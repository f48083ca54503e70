// Peers that die, come back or hang.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/link/nodes.h"
#include "unit/link/raw_peer.h"
#include "unit/link/scripted.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;
using Side = CipherSuite::Side;

TEST(LinkFailure, WhenThePeerDiesEveryCallEndsOnce) {
  constexpr std::size_t kCalls = 2'000;
  auto node = std::make_unique<Node>();
  Asker asker;
  Outcomes outcomes;
  const auto address = node->address();
  for (std::size_t i = 0; i < kCalls; ++i) {
    asker.peers->call(address, i % 2 == 0 ? kPark : kEcho, std::to_string(i), kLong, outcomes.done(i));
    if (i == kCalls / 2) eventually([&] { return outcomes.ended() > 10; });
    if (i == kCalls * 3 / 4) node->server.reset();
  }
  eventually([&] { return outcomes.ended() == kCalls; });
  std::size_t answered = 0;
  for (const auto& call : outcomes.calls()) {
    ASSERT_EQ(call.size(), 1u);
    if (call[0]) {
      ++answered;
    } else {
      EXPECT_EQ(call[0].error().code, "peer-unavailable") << call[0].error().detail;
    }
  }
  EXPECT_GT(answered, 10u);
  EXPECT_LE(answered, kCalls / 2);
}

TEST(LinkFailure, ComesBackWithThePeer) {
  auto node = std::make_unique<Node>();
  Asker asker;
  const auto address = node->address();
  const auto port = node->server->port();
  EXPECT_EQ(asker.code(address, kEcho, ""), "");
  node.reset();
  eventually([&] { return asker.code(address, kEcho, "") == "peer-unavailable"; });
  node = std::make_unique<Node>(quick(), key(), port);
  eventually([&] { return asker.code(address, kEcho, "").empty(); });
  EXPECT_EQ(asker.counters.connections_made, 2u);
}

TEST(LinkFailure, KeptPeersAreConnectedWithoutCalls) {
  auto node = std::make_unique<Node>();
  Asker asker;
  const auto port = node->server->port();
  asker.peers->keep({node->address()});
  eventually([&] { return node->counters.connections_taken == 1; });
  node.reset();
  eventually([&] { return asker.counters.connects_failed >= 2; });
  node = std::make_unique<Node>(quick(), key(), port);
  eventually([&] { return node->counters.connections_taken == 1; });
  EXPECT_EQ(asker.counters.calls, 0u);
}

TEST(LinkFailure, CallsFailAtOnceWhileThePeerIsLeftAlone) {
  auto options = quick();
  options.min_retry_pause = options.max_retry_pause = std::chrono::hours(1);
  std::uint16_t port = 0;
  {
    Node node;
    port = node.server->port();
  }
  Asker asker(options);
  const auto address = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(asker.code(address, kEcho, ""), "peer-unavailable");
  const auto tried = asker.counters.connects_failed.load();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(asker.code(address, kEcho, ""), "peer-unavailable");
  EXPECT_EQ(asker.counters.connects_failed, tried) << "no more was tried";
  EXPECT_NE(asker.ask(address, kEcho, "").error().detail.find("can't be reached"), std::string::npos)
      << "the reason stays";
}

TEST(LinkFailure, AHangingPeerIsLeftAlone) {
  auto options = quick();
  options.timeouts_to_open = 3;
  options.min_retry_pause = options.max_retry_pause = std::chrono::hours(1);
  Node node;
  Asker asker(options);
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(asker.code(node.address(), kPark, "", std::chrono::milliseconds(10)), "peer-timeout");
  }
  const auto requests = node.counters.requests.load();
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "peer-unavailable");
  EXPECT_EQ(node.counters.requests, requests);
}

TEST(LinkFailure, AHangingPeerIsTriedAgain) {
  auto options = quick();
  options.timeouts_to_open = 3;
  Node node;
  Asker asker(options);
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(asker.code(node.address(), kPark, "", std::chrono::milliseconds(10)), "peer-timeout");
  }
  eventually([&] { return asker.code(node.address(), kEcho, "").empty(); });
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "") << "one answer ends it";
  EXPECT_EQ(asker.counters.connections_made, 1u);
}

TEST(LinkFailure, ALateAnswerIsNobodyElses) {
  Scripted peer;
  Asker asker(calm());
  auto connection = peer.connected(asker);
  Outcomes outcomes;
  asker.peers->call(peer.listener.address(), kEcho, "first", std::chrono::milliseconds(20), outcomes.done(0));
  const auto first = Scripted::request(connection);
  eventually([&] { return outcomes.ended() == 1; });
  EXPECT_EQ(outcomes.calls()[0][0].error().code, "peer-timeout");
  asker.peers->call(peer.listener.address(), kEcho, "second", kLong, outcomes.done(1));
  const auto second = Scripted::request(connection);
  EXPECT_NE(first.id, second.id);
  connection.send_frame(FrameType::kAnswer, first.id, 0, "late");
  connection.send_frame(FrameType::kAnswer, 123'456'789, 0, "never asked");
  connection.send_frame(FrameType::kAnswer, second.id, 0, "in time");
  connection.send_frame(FrameType::kAnswer, second.id, 0, "again");
  eventually([&] { return outcomes.ended() == 2 && asker.counters.late_answers == 3; });
  EXPECT_EQ(outcomes.calls()[1][0].value(), "in time");
}

TEST(LinkFailure, ACallThatTimesOutIsCancelledAtThePeer) {
  Scripted peer;
  Asker asker(calm());
  auto connection = peer.connected(asker);
  Outcomes outcomes;
  asker.peers->call(peer.listener.address(), kEcho, "", std::chrono::milliseconds(20), outcomes.done(0));
  const auto request = Scripted::request(connection);
  const auto frame = connection.frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->type, FrameType::kCancel);
  EXPECT_EQ(frame->id, request.id);
}

TEST(LinkFailure, SilenceEndsAConnectionAtEitherSide) {
  auto options = quick();
  options.silence_timeout = std::chrono::milliseconds(200);
  // The asking side pings; nothing comes back.
  Scripted peer;
  Asker asker(options);
  Outcomes outcomes;
  asker.peers->call(peer.listener.address(), kEcho, "", kLong, outcomes.done(0));
  auto silent = peer.accept();
  eventually([&] { return outcomes.ended() == 1; });
  EXPECT_EQ(outcomes.calls()[0][0].error().code, "peer-unavailable");
  EXPECT_NE(outcomes.calls()[0][0].error().detail.find("silent"), std::string::npos);

  Node node(options);
  RawPeer quiet(node.server->port());
  ASSERT_TRUE(quiet.open(peer.suite, Side::kConnects, {.max_frame_bytes = 1'000}));
  ASSERT_TRUE(quiet.frame());
  EXPECT_FALSE(quiet.frame());
}

TEST(LinkFailure, PingsKeepAConnectionWithoutCalls) {
  auto options = quick();
  options.silence_timeout = std::chrono::seconds(1);
  Node node(options);
  Asker asker(options);
  asker.peers->keep({node.address()});
  const auto enough = std::chrono::steady_clock::now() + options.silence_timeout * 3 / 2;
  eventually([&] { return std::chrono::steady_clock::now() > enough; });
  EXPECT_EQ(asker.counters.connections_made, 1u);
  EXPECT_TRUE(asker.peers->clock_offset(node.address()));
}

}  // namespace
}  // namespace playhead::link::test
