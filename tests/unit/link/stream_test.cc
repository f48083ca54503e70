#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "unit/link/nodes.h"
#include "unit/link/raw_peer.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;

struct Listening {
  Listening(Asker& asker, const std::string& address, std::uint32_t kind = kPark)
      : subscription(asker.peers->stream(address, kind, "", seen.on_item(), seen.on_end())) {}
  std::size_t ends() const { return seen.ended(); }
  // How it ended; "" is well.
  std::string end() const {
    eventually([this] { return ends() > 0; });
    const auto calls = seen.calls();
    if (calls.empty()) return "never";
    return calls[0][0] ? "" : std::string(calls[0][0].error().code);
  }

  Outcomes seen;
  Subscription subscription;
};

TEST(LinkStream, BringsItemsInOrderAndItsEnd) {
  Node node;
  Asker asker;
  Listening listening(asker, node.address());
  auto responder = node.parked();
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(responder.push(std::to_string(i)), Push::kTaken);
  responder.finish();
  EXPECT_EQ(listening.end(), "");
  EXPECT_EQ(listening.ends(), 1u);
  const auto items = listening.seen.items();
  ASSERT_EQ(items.size(), 1'000u);
  for (std::size_t i = 0; i < items.size(); ++i) ASSERT_EQ(items[i], std::to_string(i));
  EXPECT_EQ(responder.push("after the end"), Push::kGone);
}

TEST(LinkStream, KeepsItsOrderAcrossThreads) {
  Node node;
  Asker asker;
  Listening listening(asker, node.address());
  auto responder = node.parked();
  for (int i = 0; i < 20; ++i) {
    std::thread([&] { responder.push(std::to_string(2 * i)); }).join();
    node.loops.at(0).run([&] { responder.push(std::to_string(2 * i + 1)); });
  }
  node.loops.at(0).run([&] { responder.finish(); });
  EXPECT_EQ(listening.end(), "");
  const auto items = listening.seen.items();
  ASSERT_EQ(items.size(), 40u);
  for (std::size_t i = 0; i < items.size(); ++i) ASSERT_EQ(items[i], std::to_string(i));
}

TEST(LinkStream, EndsWithTheHandlersErrorOrWithoutItsEnd) {
  Node node;
  Asker asker;
  Listening failing(asker, node.address(), kFail);
  Listening dropped(asker, node.address(), kDrop);
  Listening lost(asker, node.address());
  node.parked().push("last words");
  EXPECT_EQ(failing.end(), "no-such-user");
  EXPECT_EQ(dropped.end(), "no-answer");
  EXPECT_EQ(lost.end(), "no-answer");
  EXPECT_EQ(lost.seen.items(), std::vector<std::string>{"last words"});
}

TEST(LinkStream, IsCancelled) {
  Node node;
  Asker asker;
  Listening listening(asker, node.address());
  auto responder = node.parked();
  std::atomic<int> cancels{0};
  responder.on_cancel([&] { ++cancels; });
  responder.push("one");
  eventually([&] { return listening.seen.items().size() == 1; });
  listening.subscription.cancel();
  listening.subscription.cancel();
  EXPECT_EQ(listening.end(), "cancelled");
  eventually([&] { return cancels == 1; });
  EXPECT_EQ(responder.push("two"), Push::kGone);
  responder.finish();
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "");
  EXPECT_EQ(listening.seen.items().size(), 1u);
  EXPECT_EQ(listening.ends(), 1u);
  // Who asks late is told at once.
  Listening again(asker, node.address());
  auto other = node.parked();
  again.subscription.cancel();
  eventually([&] { return other.cancelled(); });
  other.on_cancel([&] { ++cancels; });
  eventually([&] { return cancels == 2; });
}

TEST(LinkStream, IsCancelledWithItsConnection) {
  Node node;
  std::atomic<int> cancels{0};
  {
    Asker asker;
    Listening listening(asker, node.address());
    auto responder = node.parked();
    responder.on_cancel([&] { ++cancels; });
    asker.peers.reset();
    EXPECT_EQ(listening.end(), "peer-unavailable");
    listening.subscription.cancel();
    eventually([&] { return cancels == 1; });
    EXPECT_EQ(responder.push(""), Push::kGone);
  }
}

TEST(LinkStream, RefusesItemsBeyondItsBufferAndSaysWhenThereIsRoom) {
  auto options = quick();
  options.max_stream_bytes = 1'000;
  Node node(options);
  Asker asker;
  Listening listening(asker, node.address());
  auto responder = node.parked();
  std::atomic<int> readies{0};
  responder.on_ready([&] { ++readies; });
  // In one round of the server's loop, so that nothing leaves meanwhile.
  node.loops.at(0).run([&] {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(responder.push(std::string(100, 'x')), Push::kTaken);
    EXPECT_EQ(responder.push("y"), Push::kFull);
    EXPECT_EQ(responder.push("y"), Push::kFull);
  });
  eventually([&] { return readies == 1; });
  EXPECT_EQ(node.counters.streams_overflowed, 2);
  EXPECT_EQ(responder.push("what was left out, in short"), Push::kTaken);
  responder.finish();
  EXPECT_EQ(listening.end(), "");
  EXPECT_EQ(listening.seen.items().size(), 11u);
  EXPECT_EQ(listening.seen.items().back(), "what was left out, in short");
}

TEST(LinkStream, OneLargeItemIsTakenWhenNothingElseWaits) {
  auto options = quick();
  options.max_stream_bytes = 1'000;
  Node node(options);
  Asker asker;
  Listening listening(asker, node.address());
  auto responder = node.parked();
  node.loops.at(0).run([&] {
    EXPECT_EQ(responder.push(std::string(5'000, 'x')), Push::kTaken);
    EXPECT_EQ(responder.push("y"), Push::kFull);
  });
  responder.finish();
  EXPECT_EQ(listening.end(), "");
  EXPECT_EQ(listening.seen.items().size(), 1u);
}

// The other side takes nothing: what waits for it is bounded, and others are served.
TEST(LinkStream, APeerThatReadsNothingCostsItsBufferOnly) {
  auto options = quick();
  options.max_stream_bytes = 100'000;
  Node node(options);
  const CipherSuite suite(key());
  RawPeer stuck(node.server->port());
  ASSERT_TRUE(stuck.open(suite, CipherSuite::Side::kConnects, {.max_frame_bytes = 1'000'000}));
  stuck.send_frame(FrameType::kRequest, 1, kPark, "");
  auto responder = node.parked();
  std::atomic<bool> ready{false};
  responder.on_ready([&] { ready = true; });
  std::size_t taken = 0;
  // Until socket buffers are full and nothing moves for a while.
  for (int full = 0; full < 50;) {
    if (responder.push(std::string(10'000, 'x')) == Push::kTaken) {
      ++taken;
      full = 0;
    } else {
      ++full;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_LT(taken, 100'000u) << "a gigabyte went nowhere";
  }
  Asker asker;
  EXPECT_EQ(asker.code(node.address(), kEcho, ""), "");
  ready = false;
  std::size_t came = 0;
  std::size_t frames = 0;
  while (frames < taken) {
    const auto frame = stuck.frame();
    ASSERT_TRUE(frame);
    if (frame->type != FrameType::kItem) continue;
    ++frames;
    came += frame->payload.size();
  }
  EXPECT_EQ(came, taken * 10'000);
  eventually([&] { return ready.load(); });
}

TEST(LinkStream, WithAnItemThatCannotBeSentEndsInsteadOfHavingAHole) {
  auto options = quick();
  options.max_frame_bytes = 1'000;
  Node node(options);
  Asker asker;
  Listening listening(asker, node.address());
  auto responder = node.parked();
  responder.push("one");
  responder.push(std::string(1'001, 'x'));
  responder.push("three");
  EXPECT_EQ(listening.end(), "frame-too-large");
  EXPECT_EQ(listening.seen.items(), std::vector<std::string>{"one"});
}

}  // namespace
}  // namespace playhead::link::test
