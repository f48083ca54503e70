#pragma once

// A node whose every frame is the test's.

#include <gtest/gtest.h>

#include "unit/link/nodes.h"
#include "unit/link/raw_peer.h"

namespace playhead::link::test {

// With a connection's first ping and no more, so that frames can be counted.
inline LinkOptions calm() {
  auto options = quick();
  options.ping_interval = kLong;
  return options;
}

// A server of the test's own, behind a good handshake.
struct Scripted {
  explicit Scripted(const Hello& hello = {.max_frame_bytes = 1'000'000}) : hello_(hello) {}
  RawPeer accept() {
    auto connection = listener.accept();
    EXPECT_TRUE(connection.open(suite, CipherSuite::Side::kAccepts, hello_));
    return connection;
  }
  // A connection that has carried a call, so that the next one is sent at once.
  RawPeer connected(Asker& asker) {
    Outcomes outcomes;
    asker.peers->call(listener.address(), kEcho, "", kLong, outcomes.done(0));
    auto connection = accept();
    connection.send_frame(FrameType::kAnswer, request(connection).id, 0, "");
    playhead::test::eventually([&] { return outcomes.ended() == 1; });
    return connection;
  }
  static Frame request(RawPeer& connection) {
    while (true) {
      auto frame = connection.frame();
      if (!frame) {
        ADD_FAILURE() << "no request came";
        return {};
      }
      if (frame->type == FrameType::kRequest) return *frame;
    }
  }

  RawListener listener;
  CipherSuite suite{key()};

 private:
  Hello hello_;
};

}  // namespace playhead::link::test
