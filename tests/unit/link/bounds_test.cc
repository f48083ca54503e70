#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "unit/link/nodes.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;

TEST(LinkBounds, LargeFramesPassWhole) {
  Node node;
  Asker asker;
  std::string large;
  for (int i = 0; large.size() < std::size_t{5} << 20; ++i)
    large += std::to_string(i) + std::string(static_cast<std::size_t>(i) % 251, 'x');
  EXPECT_TRUE(asker.ask(node.address(), kEcho, large).value() == large);
}

TEST(LinkBounds, SizesAroundThoseOfBuffersPassWhole) {
  Node node;
  Asker asker;
  for (const std::size_t around : {17u, 16'384u, 65'536u, 131'072u, 262'144u}) {
    for (std::size_t size = around - 20; size <= around + 20; ++size) {
      if (size > around) continue;
      ASSERT_EQ(asker.ask(node.address(), kSize, std::to_string(size)).value().size(), size);
    }
  }
}

TEST(LinkBounds, AFrameOverTheBoundFailsAlone) {
  auto options = quick();
  options.max_frame_bytes = 1'000;
  Node node(options);
  Asker asker(options);
  EXPECT_EQ(asker.code(node.address(), kEcho, std::string(1'000, 'x')), "");
  EXPECT_EQ(asker.code(node.address(), kEcho, std::string(1'001, 'x')), "frame-too-large");
  EXPECT_EQ(asker.code(node.address(), kSize, "1000"), "");
  EXPECT_EQ(asker.code(node.address(), kSize, "1001"), "frame-too-large");
  EXPECT_EQ(asker.counters.connections_made, 1u);
}

TEST(LinkBounds, TheSmallerSideDecidesWhatIsTooLarge) {
  auto small = quick();
  small.max_frame_bytes = 1'000;
  Node node(small);
  Asker asker;
  // The first has to wait for the connection, and so for the other side's word.
  EXPECT_EQ(asker.code(node.address(), kEcho, std::string(1'001, 'x')), "frame-too-large");
  EXPECT_EQ(asker.code(node.address(), kEcho, std::string(1'001, 'x')), "frame-too-large");
  Node large;
  Asker small_asker(small);
  EXPECT_EQ(small_asker.code(large.address(), kSize, "1001"), "frame-too-large");
  EXPECT_EQ(small_asker.code(large.address(), kSize, "1000"), "");
}

TEST(LinkBounds, BeyondTheCallsInFlightFailsAtOnceAtTheAskingSide) {
  auto options = quick();
  options.max_in_flight = 3;
  Node node;
  Asker asker(options);
  Outcomes outcomes;
  for (std::size_t i = 0; i < 3; ++i) asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(i));
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "peer-busy");
  EXPECT_EQ(asker.counters.failed_busy, 1u);
  auto one = node.parked();
  one.answer("");
  eventually([&] { return outcomes.ended() == 1; });
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "") << "there is room again";
}

TEST(LinkBounds, BeyondTheCallsInFlightFailsAtOnceAtTheAnsweringSide) {
  auto options = quick();
  options.max_in_flight = 3;
  Node node(options);
  Asker asker;
  Outcomes outcomes;
  for (std::size_t i = 0; i < 3; ++i) asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(i));
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "peer-busy");
  EXPECT_EQ(node.counters.requests_refused, 1u);
  node.parked().answer("");
  eventually([&] { return outcomes.ended() == 1; });
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "");
}

TEST(LinkBounds, WhoGivesUpDoesNotMakeRoomForMoreWork) {
  auto options = quick();
  options.max_in_flight = 1;
  Node node(options);
  Asker asker;
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "") << "then there is a connection, and the next is sent at once";
  EXPECT_EQ(asker.code(node.address(), kPark, "", std::chrono::milliseconds(20)), "peer-timeout");
  auto working = node.parked();
  eventually([&] { return working.cancelled(); });
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "peer-busy") << "the handler still works for the first";
  working.answer("");
  eventually([&] { return asker.code(node.address(), kEcho, "") != "peer-busy"; });
}

TEST(LinkBounds, StreamsThatLastTakeNoRequestsPlaceAndAreBoundedThemselves) {
  auto options = quick();
  options.max_in_flight = 1;
  options.max_streams = 2;
  Node node(options);
  Asker asker;
  std::array<Outcomes, 3> seen;
  std::vector<Responder> lasting;
  const auto listen = [&](Outcomes& outcomes) {
    asker.peers->stream(node.address(), kPark, "", outcomes.on_item(), outcomes.on_end());
    lasting.push_back(node.parked());
    lasting.back().lasts();
    EXPECT_EQ(asker.code(node.address(), kEcho, ""), "");
  };
  listen(seen[0]);
  listen(seen[1]);
  asker.peers->stream(node.address(), kPark, "", seen[2].on_item(), seen[2].on_end());
  {
    auto one_too_many = node.parked();
    one_too_many.lasts();
    eventually([&] { return seen[2].ended() == 1; });
  }
  EXPECT_EQ(seen[2].calls()[0][0].error().code, "peer-busy");
  EXPECT_EQ(lasting[0].push("still"), Push::kTaken);
  lasting[0].finish();
  eventually([&] { return seen[0].ended() == 1; });
  eventually([&] { return asker.code(node.address(), kEcho, "") == ""; });
  Outcomes next;
  listen(next);
  EXPECT_EQ(lasting.back().push("there is room again"), Push::kTaken);
  eventually([&] { return next.items().size() == 1; });
}

TEST(LinkBounds, AnswersBeyondTheOutputBoundFail) {
  auto options = quick();
  options.max_output_bytes = 100'000;
  Node node(options);
  Asker asker;
  Outcomes outcomes;
  constexpr std::size_t kCalls = 8;
  for (std::size_t i = 0; i < kCalls; ++i) asker.peers->call(node.address(), kPark, "", kLong, outcomes.done(i));
  eventually([&] { return node.parked_count() == kCalls; });
  // All in one round of the loop, before anything is sent.
  std::vector<Responder> responders;
  for (std::size_t i = 0; i < kCalls; ++i) responders.push_back(node.parked());
  node.loops.at(0).run([&] {
    for (auto& responder : responders) responder.answer(std::string(40'000, 'x'));
  });
  eventually([&] { return outcomes.ended() == kCalls; });
  std::size_t answered = 0;
  for (const auto& call : outcomes.calls()) {
    ASSERT_EQ(call.size(), 1u);
    if (call[0]) {
      ++answered;
    } else {
      EXPECT_EQ(call[0].error().code, "peer-busy");
    }
  }
  EXPECT_EQ(answered, 2u);
}

TEST(LinkBounds, RequestsBeyondTheOutputBoundFailWhileThereIsNoConnection) {
  auto options = quick();
  options.max_output_bytes = 1'000;
  Node node;
  Asker asker(options);
  Outcomes outcomes;
  asker.loops.at(0).run([&] {
    for (std::size_t i = 0; i < 3; ++i) {
      asker.peers->call(node.address(), kEcho, std::string(400, 'x'), kLong, outcomes.done(i));
    }
  });
  eventually([&] { return outcomes.ended() == 3; });
  const auto calls = outcomes.calls();
  EXPECT_TRUE(calls[0][0]);
  EXPECT_TRUE(calls[1][0]);
  EXPECT_EQ(calls[2][0].error().code, "peer-busy");
}

TEST(LinkBounds, MorePeersThanMayBeAreRefused) {
  auto options = quick();
  options.max_peers = 2;
  Node node;
  Asker asker(options);
  const auto port = ":" + std::to_string(node.server->port());
  EXPECT_EQ(asker.code("127.0.0.1" + port, kEcho, ""), "");
  EXPECT_EQ(asker.code("localhost" + port, kEcho, ""), "");
  EXPECT_EQ(asker.code("127.0.0.2" + port, kEcho, ""), "peer-busy");
}

TEST(LinkBounds, IdlePeersAreForgottenAndKeptOnesStay) {
  auto options = quick();
  options.max_peers = 1;
  options.idle_timeout = std::chrono::milliseconds(1);
  Node node;
  Asker asker(options);
  const auto port = ":" + std::to_string(node.server->port());
  EXPECT_EQ(asker.code("127.0.0.1" + port, kEcho, ""), "");
  eventually([&] { return asker.code("localhost" + port, kEcho, "").empty(); });
  eventually([&] { return node.counters.connections_open == 0; });
  eventually([&] {
    asker.peers->keep({"127.0.0.1" + port});
    return asker.peers->clock_offset("127.0.0.1" + port).has_value();
  });
  // Others find no place any more, however long they ask.
  for (int i = 0; i < 5; ++i) {
    const auto before = asker.counters.bytes_in.load();
    eventually([&] { return asker.counters.bytes_in > before + 100; });  // pings
    EXPECT_EQ(asker.code("localhost" + port, kEcho, ""), "peer-busy");
  }
}

}  // namespace
}  // namespace playhead::link::test
