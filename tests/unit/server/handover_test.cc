#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "server/http/router.h"
#include "server/http/session.h"
#include "session_rig.h"

namespace playhead::server {
namespace {

// Goes on with the connection, and only counts.
class Successor final : public Protocol {
 public:
  void on_bytes(std::string_view, Monotonic) override {}
  void on_end_of_input(Monotonic) override {}
  void on_sent(std::size_t, Monotonic) override {}
  void on_deadline(Monotonic) override {}
  void proceed(Monotonic) override {}
  void drain(Monotonic) override {}
  std::string_view output() const override { return {}; }
  State state() const override { return State::kOpen; }
  bool wants_input() const override { return true; }
  Monotonic deadline() const override { return Monotonic::max(); }
};

struct HandoverTest : testing::Test, private ProtocolEvents {
  HandoverTest() {
    Response upgrade = empty_response(101);
    upgrade.header("Upgrade", "other").header("Connection", "Upgrade");
    head = upgrade;
  }
  std::vector<Route> table() {
    return {{Method::kGet, "/other",
             [this](const Request&, Reply reply) { reply.hand_over(head, std::make_unique<Successor>()); }},
            {Method::kGet, "/later", [this](const Request&, Reply reply) { parked = std::move(reply).park(); }}};
  }
  void send(std::string_view bytes) {
    session.on_bytes(bytes, clock.monotonic());
    flush();
  }
  void flush() {
    while (!session.output().empty()) {
      received += session.output();
      session.on_sent(session.output().size(), clock.monotonic());
    }
  }
  void answered_late() override {}

  ManualClock clock{kSunday};
  Response head;
  Router router{table()};
  SessionContext context{0, 1, {}, router, clock};
  HttpSession session{context, *this, "192.0.2.7", clock.monotonic()};
  ReplyToken parked;
  std::string received;
};

TEST_F(HandoverTest, WhatFollowsTheRequestIsTheSuccessors) {
  send(get("/other") + "\x81\x80 not HTTP");
  EXPECT_TRUE(received.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << received;
  EXPECT_TRUE(received.ends_with("Connection: Upgrade\r\n\r\n") || received.ends_with("\r\n\r\n"));
  EXPECT_EQ(received.find("Content-Length"), std::string::npos);
  EXPECT_EQ(received.find("Connection: close"), std::string::npos);
  ASSERT_EQ(session.state(), Protocol::State::kHandedOver);
  auto [protocol, unread] = session.take_successor();
  EXPECT_NE(protocol, nullptr);
  EXPECT_EQ(unread, "\x81\x80 not HTTP");
}

TEST_F(HandoverTest, AStreamEndsWithTheConnection) {
  head = {.content_type = "text/event-stream"};
  send(get("/other"));
  EXPECT_NE(received.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(received.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(session.state(), Protocol::State::kHandedOver);
}

TEST_F(HandoverTest, EarlierRequestsAreAnsweredFirst) {
  send(get("/later") + get("/other"));
  EXPECT_EQ(received, "");
  EXPECT_EQ(session.state(), Protocol::State::kOpen);
  context.answer(parked, empty_response(204));
  session.proceed(clock.monotonic());
  flush();
  EXPECT_LT(received.find(" 204 "), received.find(" 101 "));
  EXPECT_EQ(session.state(), Protocol::State::kHandedOver);
}

}  // namespace
}  // namespace playhead::server
