// Peers of another release, and such as break the rules.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/link/nodes.h"
#include "unit/link/raw_peer.h"
#include "unit/link/scripted.h"

namespace playhead::link::test {
namespace {

using playhead::test::eventually;
using Side = CipherSuite::Side;

TEST(LinkProtocol, UnknownFramesAreAnsweredWithAnErrorOrIgnored) {
  Node node;
  const CipherSuite suite(key());
  RawPeer newer(node.server->port());
  ASSERT_TRUE(newer.open(suite, Side::kConnects, {.max_frame_bytes = 1'000}));
  ASSERT_TRUE(newer.frame());
  newer.send_frame(static_cast<FrameType>(200), 0, 0, "nobody is asked");
  newer.send_frame(static_cast<FrameType>(200), 7, 0, "someone is");
  const auto failure = newer.frame();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->type, FrameType::kFailure);
  EXPECT_EQ(failure->id, 7u);
  EXPECT_EQ(decode_failure(failure->payload)->first, "unknown-frame");
  newer.send_frame(FrameType::kRequest, 8, kEcho, "on");
  EXPECT_EQ(newer.frame()->payload, "on");

  Scripted peer;
  Asker asker;
  Outcomes outcomes;
  asker.peers->call(peer.listener.address(), kEcho, "", kLong, outcomes.done(0));
  auto connection = peer.accept();
  const auto request = Scripted::request(connection);
  connection.send_frame(static_cast<FrameType>(200), request.id, 0, "what is this?");
  connection.send_frame(FrameType::kAnswer, request.id, 0, "answer");
  eventually([&] { return outcomes.ended() == 1; });
  EXPECT_EQ(outcomes.calls()[0][0].value(), "answer");
}

TEST(LinkProtocol, FramesThatAreNoneEndTheConnection) {
  const CipherSuite suite(key());
  auto options = quick();
  options.max_frame_bytes = 1'000;
  Node node(options);
  const auto over = frame_header(FrameType::kRequest, 1, kEcho, 1'001);
  const auto again = frame_header(FrameType::kHello, 0, 0, 0);
  const std::vector<std::string> broken = {
      std::string(kFrameHeaderBytes, '\0'), std::string(kFrameHeaderBytes, '\xFF'),
      std::string(over.begin(), over.end()), std::string(again.begin(), again.end())};
  for (const auto& bytes : broken) {
    RawPeer rude(node.server->port());
    ASSERT_TRUE(rude.open(suite, Side::kConnects, {.max_frame_bytes = 1'000}));
    ASSERT_TRUE(rude.frame());
    rude.send_sealed(bytes);
    EXPECT_FALSE(rude.frame());
  }
  // The same id twice.
  RawPeer rude(node.server->port());
  ASSERT_TRUE(rude.open(suite, Side::kConnects, {.max_frame_bytes = 1'000}));
  ASSERT_TRUE(rude.frame());
  rude.send_frame(FrameType::kRequest, 5, kPark, "");
  rude.send_frame(FrameType::kRequest, 5, kPark, "");
  EXPECT_FALSE(rude.frame());
  // Unencrypted after the handshake.
  RawPeer plain(node.server->port());
  ASSERT_TRUE(plain.open(suite, Side::kConnects, {.max_frame_bytes = 1'000}));
  ASSERT_TRUE(plain.frame());
  const auto request = frame_header(FrameType::kRequest, 1, kEcho, 0);
  plain.send(std::string(request.begin(), request.end()));
  EXPECT_FALSE(plain.frame());
}

TEST(LinkProtocol, ErrorsThatCannotBeReadAreErrorsAllTheSame) {
  Scripted peer;
  Asker asker;
  Outcomes outcomes;
  for (std::size_t i = 0; i < 3; ++i) {
    asker.peers->call(peer.listener.address(), kEcho, "", kLong, outcomes.done(i));
  }
  auto connection = peer.accept();
  const std::vector<std::string> payloads = {"", "\x7f", encode_failure("NOT A CODE\n", "a sentence")};
  for (const auto& payload : payloads) {
    connection.send_frame(FrameType::kFailure, Scripted::request(connection).id, 0, payload);
  }
  eventually([&] { return outcomes.ended() == 3; });
  for (const auto& call : outcomes.calls()) EXPECT_EQ(call[0].error().code, "peer-failed");
}

}  // namespace
}  // namespace playhead::link::test
