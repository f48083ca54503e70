#include "server/ws/web_socket.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "server/http/router.h"
#include "server/http/session_context.h"
#include "server/ws/frame.h"
#include "server/ws/handshake.h"

namespace playhead::server::ws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string client_frame(Opcode opcode, std::string_view payload, bool final = true) {
  std::string frame;
  append_frame(frame, opcode, payload);
  const auto header = frame.size() - payload.size();
  if (!final) frame[0] = static_cast<char>(frame[0] & 0x7F);
  frame[1] = static_cast<char>(frame[1] | 0x80);
  const std::array<char, 4> mask = {'\x12', '\x34', '\x56', '\x78'};
  unmask(payload, mask, frame.data() + header);
  frame.insert(header, std::string_view(mask.data(), mask.size()));
  return frame;
}

std::string server_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  append_frame(frame, opcode, payload);
  return frame;
}

struct Heard {
  std::vector<std::string> messages;
  bool wants = true;
  bool owes = false;
  int rooms = 0;
  Monotonic due = Monotonic::max();
  WebSocket* socket = nullptr;
};

class Echo final : public Application {
 public:
  explicit Echo(Heard& heard) : heard_(heard) {}
  void on_open(WebSocket& socket, Monotonic) override { heard_.socket = &socket; }
  void on_message(std::string_view text, std::size_t, Monotonic) override {
    heard_.messages.emplace_back(text);
    heard_.socket->send_text(text);
  }
  void on_room(Monotonic) override { ++heard_.rooms; }
  bool wants_messages() const override { return heard_.wants; }
  bool owes() const override { return heard_.owes; }
  Monotonic deadline() const override { return heard_.due; }
  void on_deadline(Monotonic) override {
    heard_.due = Monotonic::max();
    heard_.socket->close(4408, "late");
  }

 private:
  Heard& heard_;
};

struct WebSocketTest : testing::Test, private ProtocolEvents {
  WebSocketTest() { socket.start(context, *this, clock.monotonic()); }

  void send(std::string_view bytes) {
    socket.on_bytes(bytes, clock.monotonic());
    flush();
  }
  void flush() {
    while (!socket.output().empty() && !stuck) {
      const std::string sent(socket.output());
      received += sent;
      socket.on_sent(sent.size(), clock.monotonic());
    }
  }
  void pass(milliseconds by) {
    clock.advance(by);
    if (clock.monotonic() >= socket.deadline()) socket.on_deadline(clock.monotonic());
    flush();
  }
  std::string take() { return std::exchange(received, {}); }
  void answered_late() override { ++announced; }

  ManualClock clock{1'000'000};
  Router router{std::vector<Route>{}};
  SessionContext context{0, 1, {}, router, clock};
  Options options{.max_message_bytes = 1'000};
  Heard heard;
  WebSocket socket{options, std::make_unique<Echo>(heard)};
  std::string received;
  int announced = 0;
  bool stuck = false;
};

TEST_F(WebSocketTest, AMessageOfAnySizeComesWholeHoweverItIsCut) {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 999u, 1'000u}) {
    const std::string text(size, 'x');
    const auto frame = client_frame(Opcode::kText, text);
    for (const std::size_t cut : {std::size_t{1}, std::size_t{3}, frame.size()}) {
      heard.messages.clear();
      for (std::size_t at = 0; at < frame.size(); at += cut) send(std::string_view(frame).substr(at, cut));
      ASSERT_EQ(heard.messages, std::vector<std::string>{text}) << size << " cut by " << cut;
      ASSERT_EQ(take(), server_frame(Opcode::kText, text));
    }
  }
}

TEST_F(WebSocketTest, ManyMessagesAtOnce) {
  std::string all;
  for (int i = 0; i < 100; ++i) all += client_frame(Opcode::kText, std::to_string(i));
  for (std::size_t at = 0; at < all.size(); at += 37) send(std::string_view(all).substr(at, 37));
  ASSERT_EQ(heard.messages.size(), 100u);
  EXPECT_EQ(heard.messages[99], "99");
}

TEST_F(WebSocketTest, FragmentsWithAPingBetween) {
  send(client_frame(Opcode::kText, "one ", false) + client_frame(Opcode::kPing, "there?") +
       client_frame(Opcode::kContinuation, "two ", false) + client_frame(Opcode::kContinuation, "three"));
  EXPECT_EQ(heard.messages, std::vector<std::string>{"one two three"});
  EXPECT_EQ(take(), server_frame(Opcode::kPong, "there?") + server_frame(Opcode::kText, "one two three"));
}

struct BadInput {
  const char* name;
  std::string bytes;
  std::uint16_t code;
};

TEST(WebSocketErrors, EachIsClosedWithItsCodeAndNothingBehindItIsRead) {
  std::string reserved = client_frame(Opcode::kText, "a");
  reserved[0] = static_cast<char>(reserved[0] | 0x40);
  std::string padded = client_frame(Opcode::kText, std::string(126, 'a'));
  padded[3] = 5;
  const BadInput inputs[] = {
      {"unmasked", server_frame(Opcode::kText, "a"), 1002},
      {"reserved bit", reserved, 1002},
      {"unknown opcode", client_frame(static_cast<Opcode>(3), "a"), 1002},
      {"length longer than needed", padded, 1002},
      {"ping in pieces", client_frame(Opcode::kPing, "a", false), 1002},
      {"long ping", client_frame(Opcode::kPing, std::string(126, 'a')), 1002},
      {"continuation of nothing", client_frame(Opcode::kContinuation, "a"), 1002},
      {"text within a message", client_frame(Opcode::kText, "a", false) + client_frame(Opcode::kText, "b"), 1002},
      {"binary", client_frame(Opcode::kBinary, "a"), 1003},
      {"too large", client_frame(Opcode::kText, std::string(1'001, 'a')), 1009},
      {"too large in pieces",
       client_frame(Opcode::kText, std::string(600, 'a'), false) +
           client_frame(Opcode::kContinuation, std::string(600, 'a')),
       1009},
      {"close of one byte", client_frame(Opcode::kClose, "a"), 1002},
      {"close with a code that nobody may send", client_frame(Opcode::kClose, close_payload(1006, "")), 1002},
  };
  for (const auto& input : inputs) {
    struct Rig : WebSocketTest {
      void TestBody() override {}
    } rig;
    rig.send(input.bytes);
    const auto answer = rig.take();
    ASSERT_GE(answer.size(), 4u) << input.name;
    EXPECT_EQ(answer[0], '\x88') << input.name;
    EXPECT_EQ((static_cast<unsigned char>(answer[2]) << 8) | static_cast<unsigned char>(answer[3]), input.code)
        << input.name;
    EXPECT_EQ(rig.socket.state(), Protocol::State::kLingering) << input.name;
    rig.heard.messages.clear();
    rig.send(client_frame(Opcode::kText, "more"));
    EXPECT_TRUE(rig.heard.messages.empty()) << input.name;
    rig.pass(rig.options.close_timeout);
    EXPECT_EQ(rig.socket.state(), Protocol::State::kClosed) << input.name;
  }
}

TEST_F(WebSocketTest, ThePeersGoodbyeIsAnswered) {
  send(client_frame(Opcode::kClose, close_payload(1000, "bye")));
  EXPECT_EQ(take(), server_frame(Opcode::kClose, close_payload(1000, "")));
  EXPECT_EQ(socket.state(), Protocol::State::kLingering);
  socket.on_end_of_input(clock.monotonic());
  EXPECT_EQ(socket.state(), Protocol::State::kClosed);
}

TEST_F(WebSocketTest, OursWaitsForThePeersAndNotForEver) {
  socket.close(4413, "slow");
  flush();
  EXPECT_EQ(take(), server_frame(Opcode::kClose, close_payload(4413, "slow")));
  socket.send_text("nothing more");
  socket.begin_text().append("nor this");
  socket.end_text();
  EXPECT_TRUE(socket.output().empty());
  EXPECT_EQ(socket.state(), Protocol::State::kOpen);
  pass(options.close_timeout);
  EXPECT_EQ(socket.state(), Protocol::State::kClosed);
}

TEST_F(WebSocketTest, SilenceIsAskedAndThenClosed) {
  pass(options.ping_every - milliseconds(1));
  EXPECT_EQ(take(), "");
  pass(milliseconds(1));
  EXPECT_EQ(take(), server_frame(Opcode::kPing, ""));
  send(client_frame(Opcode::kPong, ""));
  pass(options.ping_every);
  EXPECT_EQ(take(), server_frame(Opcode::kPing, "")) << "again, since it answered";
  pass(options.silence - options.ping_every);
  EXPECT_EQ(take().substr(2, 2), "\x11\x38") << "4408";
}

TEST_F(WebSocketTest, WhoHasEnoughToDoIsNotRead) {
  heard.wants = false;
  const auto two = client_frame(Opcode::kText, "a") + client_frame(Opcode::kText, "b");
  EXPECT_FALSE(socket.wants_input());
  send(two);
  EXPECT_TRUE(heard.messages.empty());
  heard.wants = true;
  socket.proceed(clock.monotonic());
  EXPECT_EQ(heard.messages, (std::vector<std::string>{"a", "b"}));
}

TEST_F(WebSocketTest, NorIsWhoDoesNotReadAndThenItIsDropped) {
  stuck = true;
  const std::string text(1'000, 'x');
  while (socket.wants_input()) send(client_frame(Opcode::kText, text));
  EXPECT_LE(socket.backlog(), options.max_output_bytes + 2'000);
  pass(context.options().write_timeout);
  EXPECT_EQ(socket.state(), Protocol::State::kClosed);
}

TEST_F(WebSocketTest, AServerThatStopsAnswersFirst) {
  heard.owes = true;
  socket.drain(clock.monotonic());
  flush();
  EXPECT_EQ(take(), "");
  heard.socket->send_text("answer");
  heard.owes = false;
  socket.proceed(clock.monotonic());
  flush();
  const auto said = take();
  EXPECT_TRUE(said.starts_with(server_frame(Opcode::kText, "answer"))) << said;
  EXPECT_EQ(said.substr(8 + 2, 2), "\x03\xE9") << "1001";
}

TEST_F(WebSocketTest, AServerThatStopsDoesNotWaitLongForGoodbyes) {
  socket.drain(clock.monotonic());
  flush();
  EXPECT_EQ(socket.state(), Protocol::State::kOpen);
  pass(options.drain_timeout);
  EXPECT_EQ(socket.state(), Protocol::State::kClosed);
}

TEST_F(WebSocketTest, TheApplicationHasADeadlineOfItsOwn) {
  heard.due = clock.monotonic() + seconds(10);
  pass(seconds(10));
  EXPECT_EQ(take(), server_frame(Opcode::kClose, close_payload(4408, "late")));
}

TEST(Handshake, TheKeyIsAnsweredAsTheStandardsExampleIs) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_TRUE(lists("keep-alive, Upgrade", "upgrade"));
  EXPECT_FALSE(lists("upgraded", "upgrade"));
}

}  // namespace
}  // namespace playhead::server::ws
