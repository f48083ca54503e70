// Late answers, back-pressure, deadlines, draining.

#include <gtest/gtest.h>

#include "session_rig.h"

namespace playhead::server {
namespace {

using std::chrono::milliseconds;

Response numbered(int number) {
  Response response;
  response.body = std::to_string(number);
  return response;
}

std::vector<std::string> bodies(const std::vector<ReceivedAnswer>& answers) {
  std::vector<std::string> all;
  for (const auto& answer : answers) all.push_back(answer.body);
  return all;
}

TEST(LateAnswers, LeaveInTheOrderOfTheirRequests) {
  SessionRig rig;
  rig.send(post("/later", "") + post("/echo", "x") + post("/later", "") + post("/later", ""));
  ASSERT_EQ(rig.parked.size(), 3u);
  EXPECT_EQ(rig.received, "");
  rig.context.answer(rig.parked[2], numbered(3));
  rig.context.answer(rig.parked[1], PreparedResponse(numbered(2)));
  EXPECT_EQ(rig.late_answers, 2);
  rig.proceed();
  EXPECT_EQ(rig.received, "");
  rig.context.answer(rig.parked[0], Answer(PreparedResponse(numbered(1))));
  rig.proceed();
  EXPECT_EQ(bodies(rig.answers()), (std::vector<std::string>{"1", "x", "2", "3"}));
}

TEST(LateAnswers, AreGivenOnce) {
  SessionRig rig;
  rig.send(post("/later", ""));
  rig.context.answer(rig.parked[0], numbered(1));
  rig.context.answer(rig.parked[0], numbered(2));
  rig.proceed();
  EXPECT_EQ(bodies(rig.answers()), std::vector<std::string>{"1"});
  rig.send(post("/later", ""));
  rig.context.answer(rig.parked[0], numbered(3));
  rig.proceed();
  EXPECT_EQ(rig.received, "") << "an old token must not answer a new request";
}

TEST(LateAnswers, AreDroppedWhenTheConnectionIsGone) {
  SessionRig rig;
  ReplyToken token;
  struct Deaf final : ProtocolEvents {
    void answered_late() override {}
  } deaf;
  {
    HttpSession gone(rig.context, deaf, "192.0.2.8", rig.clock.monotonic());
    gone.on_bytes(post("/later", "") + get("/keep"), rig.clock.monotonic());
    token = rig.parked.at(0);
  }
  HttpSession next(rig.context, deaf, "192.0.2.9", rig.clock.monotonic());
  next.on_bytes(post("/later", ""), rig.clock.monotonic());
  EXPECT_EQ(rig.parked.at(1).session, token.session) << "the place is used again";
  rig.context.answer(token, numbered(1));
  rig.kept.at(0).send(numbered(1));
  EXPECT_EQ(next.output(), "");
}

TEST(LateAnswers, KeepTheirRequestsIdAndAFailureItsDocument) {
  SessionRig rig;
  rig.send(post("/later", "", "X-Request-Id: one\r\n") + get("/keep", "X-Request-Id: two\r\n"));
  rig.context.answer(rig.parked[0], Problem{503, {"log-full", "The disk is full."}, 5});
  rig.kept.clear();
  rig.proceed();
  const auto answers = rig.answers();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].status, 503u);
  EXPECT_EQ(answers[0].header("Retry-After"), "5");
  EXPECT_NE(answers[0].body.find(R"("requestId":"one")"), std::string::npos);
  EXPECT_EQ(answers[1].status, 500u) << "the reply was destroyed without an answer";
  EXPECT_EQ(answers[1].header("X-Request-Id"), "two");
}

TEST(LateAnswers, AreMissedAfterAWhile) {
  SessionRig rig;
  rig.send(post("/later", "") + post("/later", ""));
  rig.advance(milliseconds(59'999));
  EXPECT_EQ(rig.received, "");
  rig.advance(milliseconds(1));
  const auto answers = rig.answers();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].status, 503u);
  EXPECT_NE(answers[1].body.find("answer-timeout"), std::string::npos);
  rig.context.answer(rig.parked[0], numbered(1));
  EXPECT_EQ(rig.session.output(), "");
  EXPECT_FALSE(rig.closing()) << "who waits for an answer isn't idle";
}

TEST(BackPressure, StopsReadingAtTheDepthOfThePipeline) {
  HttpOptions options;
  options.max_pipelined = 3;
  SessionRig rig(options);
  std::string five;
  for (int i = 0; i < 5; ++i) five += post("/later", "");
  rig.send(five);
  EXPECT_EQ(rig.parked.size(), 3u);
  EXPECT_FALSE(rig.session.wants_input());
  rig.context.answer(rig.parked[1], numbered(2));
  rig.proceed();
  EXPECT_EQ(rig.parked.size(), 3u) << "the first is owed still, and the second with it";
  rig.context.answer(rig.parked[0], numbered(1));
  rig.proceed();
  EXPECT_EQ(rig.parked.size(), 5u);
  EXPECT_FALSE(rig.session.wants_input());
  for (int i = 2; i < 5; ++i) rig.context.answer(rig.parked[static_cast<std::size_t>(i)], numbered(i + 1));
  rig.proceed();
  EXPECT_TRUE(rig.session.wants_input());
  EXPECT_EQ(bodies(rig.answers()), (std::vector<std::string>{"1", "2", "3", "4", "5"}));
}

TEST(BackPressure, BoundsWhatASlowReaderHolds) {
  HttpOptions options;
  options.max_output_bytes = 150'000;
  SessionRig rig(options);
  rig.peer_is_stuck = true;
  std::string ten;
  for (int i = 0; i < 10; ++i) ten += get("/big");
  rig.send(ten);
  EXPECT_LT(rig.session.output().size(), 150'000u + 101'000u);
  EXPECT_FALSE(rig.session.wants_input());
  rig.peer_is_stuck = false;
  rig.flush();
  EXPECT_EQ(rig.answers().size(), 10u);
  EXPECT_TRUE(rig.session.wants_input());
}

TEST(BackPressure, CountsAnswersThatWaitForTheirTurn) {
  HttpOptions options;
  options.max_output_bytes = 150'000;
  SessionRig rig(options);
  std::string many = post("/later", "");
  for (int i = 0; i < 10; ++i) many += get("/big");
  rig.send(many);
  EXPECT_FALSE(rig.session.wants_input());
  rig.context.answer(rig.parked[0], numbered(0));
  rig.proceed();
  EXPECT_EQ(rig.answers().size(), 11u);
}

TEST(Deadlines, CloseAnIdleConnectionWithoutAWord) {
  SessionRig rig;
  rig.ask(get("/who"));
  rig.advance(milliseconds(74'999));
  EXPECT_FALSE(rig.closing());
  rig.ask(get("/who"));
  rig.advance(milliseconds(74'999));
  EXPECT_FALSE(rig.closing());
  rig.advance(milliseconds(1));
  EXPECT_TRUE(rig.closed());
  EXPECT_EQ(rig.received, "");
  SessionRig silent;
  silent.advance(milliseconds(10'000));
  EXPECT_TRUE(silent.closed());
  EXPECT_EQ(silent.received, "");
}

TEST(Deadlines, EndASlowHead) {
  SessionRig rig;
  const std::string bytes = get("/who");
  rig.send(bytes.substr(0, 1));
  for (std::size_t i = 1; i < 10; ++i) {
    rig.advance(milliseconds(1'000));
    rig.send(bytes.substr(i, 1));
  }
  EXPECT_FALSE(rig.closing());
  rig.advance(milliseconds(1'000));
  const auto answers = rig.answers();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 408u);
  EXPECT_TRUE(answers[0].has("Connection: close"));
  EXPECT_TRUE(rig.lingering());
  EXPECT_TRUE(rig.session.wants_input());
  rig.advance(milliseconds(1'000));
  EXPECT_TRUE(rig.closed());
}

TEST(Deadlines, EndASlowBody) {
  SessionRig rig;
  rig.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 29; ++i) {
    rig.advance(milliseconds(1'000));
    rig.send("x");
  }
  EXPECT_FALSE(rig.closing());
  rig.advance(milliseconds(1'000));
  const auto answers = rig.answers();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 408u);
}

TEST(Deadlines, GiveEachRequestItsOwnTime) {
  SessionRig rig;
  const std::string bytes = get("/who");
  for (int i = 0; i < 5; ++i) {
    rig.send(bytes.substr(0, 10));
    rig.advance(milliseconds(9'000));
    rig.send(bytes.substr(10));
    ASSERT_EQ(rig.answers().size(), 1u) << i;
  }
}

TEST(Deadlines, DoNotBlameThePeerWhileItMustWait) {
  HttpOptions options;
  options.max_pipelined = 1;
  SessionRig rig(options);
  rig.send(post("/later", "") + get("/who").substr(0, 10));
  rig.advance(milliseconds(20'000));
  EXPECT_EQ(rig.received, "");
  rig.context.answer(rig.parked[0], numbered(1));
  rig.proceed();
  rig.advance(milliseconds(9'000));
  rig.send(get("/who").substr(10));
  EXPECT_EQ(rig.answers().size(), 2u);
}

TEST(Deadlines, DropAPeerThatTakesNothing) {
  SessionRig rig;
  rig.peer_is_stuck = true;
  rig.send(get("/big"));
  rig.advance(milliseconds(20'000));
  rig.session.on_sent(10, rig.clock.monotonic());
  rig.advance(milliseconds(20'000));
  EXPECT_FALSE(rig.closed());
  rig.advance(milliseconds(10'000));
  EXPECT_TRUE(rig.closed());
}

TEST(EndOfInput, StillGetsWhatItAskedFor) {
  SessionRig rig;
  rig.send(post("/later", "") + get("/who").substr(0, 5));
  rig.end_input();
  EXPECT_FALSE(rig.closing());
  EXPECT_FALSE(rig.session.wants_input());
  rig.context.answer(rig.parked[0], numbered(1));
  rig.proceed();
  EXPECT_EQ(bodies(rig.answers()), std::vector<std::string>{"1"});
  EXPECT_TRUE(rig.closed());
  SessionRig partial;
  partial.send(get("/who").substr(0, 5));
  partial.end_input();
  EXPECT_TRUE(partial.closed());
  EXPECT_EQ(partial.received, "");
}

TEST(Drain, ClosesIdleConnectionsAtOnceAndOthersWhenTheyAreAnswered) {
  SessionRig idle;
  idle.ask(get("/who"));
  idle.context.start_drain();
  idle.session.drain(idle.clock.monotonic());
  EXPECT_TRUE(idle.closed());

  SessionRig owed;
  owed.send(post("/later", "") + post("/later", ""));
  owed.context.start_drain();
  owed.session.drain(owed.clock.monotonic());
  EXPECT_FALSE(owed.closing());
  owed.context.answer(owed.parked[0], numbered(1));
  owed.context.answer(owed.parked[1], numbered(2));
  owed.proceed();
  const auto answers = owed.answers();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].header("Connection"), "");
  EXPECT_EQ(answers[1].header("Connection"), "close");
  EXPECT_TRUE(owed.closed());

  SessionRig halfway;
  const std::string bytes = post("/echo", "hello");
  halfway.send(bytes.substr(0, 20));
  halfway.context.start_drain();
  halfway.session.drain(halfway.clock.monotonic());
  EXPECT_FALSE(halfway.closing());
  EXPECT_EQ(halfway.ask(bytes.substr(20)).header("Connection"), "close");
  EXPECT_TRUE(halfway.closed());
}

TEST(TurnAway, SaysWhyAndCloses) {
  SessionRig rig;
  rig.session.turn_away(Problem{503, {"too-many-connections", "Full."}, 2}, rig.clock.monotonic());
  rig.flush();
  const auto answers = rig.answers();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 503u);
  EXPECT_EQ(answers[0].header("Retry-After"), "2");
  EXPECT_TRUE(rig.lingering());
}

}  // namespace
}  // namespace playhead::server
