#include <gtest/gtest.h>

#include "session_rig.h"

namespace playhead::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Session, AnswersAndStaysOpen) {
  SessionRig rig;
  const auto answer = rig.ask(post("/echo", "hello"));
  EXPECT_TRUE(answer.head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(answer.body, "hello");
  EXPECT_TRUE(answer.has("Content-Type: text/plain"));
  EXPECT_TRUE(answer.has("Content-Length: 5"));
  EXPECT_TRUE(answer.has("Date: Sun, 06 Nov 1994 08:49:37 GMT"));
  EXPECT_EQ(answer.header("X-Request-Id").size(), 16u);
  EXPECT_EQ(answer.header("Connection"), "");
  EXPECT_NE(rig.ask(post("/echo", "")).header("X-Request-Id"), answer.header("X-Request-Id"));
  EXPECT_FALSE(rig.closing());
}

TEST(Session, GivesTheHandlerWhatItAskedFor) {
  SessionRig rig;
  const auto answer = rig.ask(get("/who", "X-Request-Id: abc-1\r\nUser-Agent: tv\r\nIf-None-Match: \"7\"\r\n"));
  EXPECT_EQ(answer.body, "192.0.2.7 abc-1 tv \"7\"");
  EXPECT_EQ(answer.header("X-Request-Id"), "abc-1");
  EXPECT_EQ(rig.ask(get("/v1/users/J%C3%B6rg%2F1/resume?showId=a+b&showId=%2B&x")).body,
            "J\xC3\xB6rg/1;showId=a b;showId=+;x=");
  EXPECT_EQ(rig.ask("GET http://a/v1/users/7/resume HTTP/1.1\r\nHost: a\r\n\r\n").body, "7");
}

TEST(Session, ReplacesARequestIdThatIsNotSane) {
  SessionRig rig;
  for (const std::string& id : {std::string("a b"), std::string("<b>"), std::string(65, 'a'), std::string()}) {
    EXPECT_EQ(rig.ask(get("/who", "X-Request-Id: " + id + "\r\n")).header("X-Request-Id").size(), 16u) << id;
  }
}

TEST(Session, SaysWhatItHasNot) {
  SessionRig rig;
  const auto missing = rig.ask(get("/nowhere", "X-Request-Id: q\r\n"));
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(missing.body,
            R"({"type":"urn:playhead:problem:not-found","title":"Not Found","status":404,"code":"not-found",)"
            R"("detail":"There is nothing at this path.","requestId":"q"})");
  const auto wrong = rig.ask("BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(wrong.status, 405u);
  EXPECT_TRUE(wrong.has("Allow: POST, OPTIONS"));
  EXPECT_EQ(rig.ask(post("/who", "")).header("Allow"), "GET, HEAD, OPTIONS");
  for (const std::string_view target : {"/%zz", "/%C3%28", "/%00", "/%7F", "/%C2%80", "/who?a=%0A", "/who?a=%"}) {
    const auto answer = rig.ask(get(target));
    EXPECT_EQ(answer.status, 400u) << target;
    EXPECT_NE(answer.body.find("bad-target"), std::string::npos) << target;
  }
  EXPECT_EQ(rig.ask(get("no-slash")).status, 400u);
  EXPECT_EQ(rig.ask(get("/who#part")).status, 400u);
  EXPECT_FALSE(rig.closing());
}

TEST(Session, AnswersOptionsAndHead) {
  SessionRig rig;
  const auto options = rig.ask("OPTIONS /who HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(options.status, 204u);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(options.header("Content-Length"), "");
  EXPECT_EQ(rig.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status, 204u);
  rig.send("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = take_answers(rig.received, true);
  ASSERT_EQ(head.size(), 1u);
  EXPECT_EQ(head[0].header("Content-Length"), "100000");
  EXPECT_EQ(rig.received, "");
  EXPECT_EQ(rig.ask(get("/empty")).header("Content-Length"), "");
}

TEST(Session, ReadsChunkedBodies) {
  SessionRig rig;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nX-Request-Id: z\r\nTransfer-Encoding: Chunked\r\n\r\n";
  const std::string bytes =
      head + "5;name=\"value\"\r\nhello\r\n001\r\n \r\nA\r\n0123456789\r\n0\r\nX-Checksum: 1\r\n\r\n";
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    rig.send(bytes.substr(0, at));
    const auto answer = rig.ask(bytes.substr(at));
    EXPECT_EQ(answer.body, "hello 0123456789") << "split at " << at;
    EXPECT_EQ(answer.header("X-Request-Id"), "z") << "split at " << at;
  }
  EXPECT_EQ(rig.ask(head + "0\r\n\r\n").body, "");
}

TEST(Session, TakesRequestsHoweverTheyAreCut) {
  const std::string bytes = post("/echo", "one") + "\r\n" + get("/v1/users/7/resume") + post("/echo", "three");
  SessionRig whole;
  whole.send(bytes);
  const std::string expected = whole.received;
  ASSERT_EQ(whole.answers().size(), 3u);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    SessionRig rig;
    rig.send(bytes.substr(0, at));
    rig.send(bytes.substr(at));
    EXPECT_EQ(rig.received, expected) << "split at " << at;
  }
  SessionRig rig;
  for (const char byte : bytes) rig.send({&byte, 1});
  EXPECT_EQ(rig.received, expected);
}

TEST(Session, ClosesWhenAskedTo) {
  SessionRig rig;
  EXPECT_TRUE(rig.ask(get("/who", "Connection: close\r\n")).has("Connection: close"));
  EXPECT_TRUE(rig.closed());
  SessionRig greedy;
  greedy.send(get("/who", "Connection: close\r\n") + get("/who"));
  EXPECT_EQ(greedy.answers().size(), 1u);
  EXPECT_TRUE(greedy.lingering());
  SessionRig old;
  EXPECT_TRUE(old.ask("GET /who HTTP/1.0\r\n\r\n").has("Connection: close"));
  EXPECT_TRUE(old.closed());
  SessionRig keeping;
  EXPECT_TRUE(keeping.ask("GET /who HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").has("Connection: keep-alive"));
  EXPECT_FALSE(keeping.closing());
}

TEST(Session, InvitesABodyThatWaits) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  SessionRig rig;
  rig.send(head);
  EXPECT_EQ(rig.received, "HTTP/1.1 100 Continue\r\n\r\n");
  rig.received.clear();
  EXPECT_EQ(rig.ask("ok").body, "ok");
  EXPECT_EQ(rig.ask(head + "ok").body, "ok") << "no invitation for a body that is here";

  rig.send(post("/later", "") + head);
  EXPECT_EQ(rig.received, "") << "the answer before it comes first";
  rig.context.answer(rig.parked.at(0), empty_response(204));
  rig.proceed();
  EXPECT_TRUE(rig.received.starts_with("HTTP/1.1 204")) << rig.received;
  EXPECT_TRUE(rig.received.ends_with("\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")) << rig.received;
}

TEST(Session, RefusesAHugeBodyBeforeItComes) {
  SessionRig rig;
  const auto answer =
      rig.ask("POST /echo HTTP/1.1\r\nHost: a\r\nX-Request-Id: big\r\nContent-Length: 20971520\r\n\r\n");
  EXPECT_EQ(answer.status, 413u);
  EXPECT_EQ(answer.header("X-Request-Id"), "big");
  EXPECT_TRUE(rig.lingering());
  rig.send(std::string(100'000, 'x'));
  EXPECT_EQ(rig.received, "");
  rig.end_input();
  EXPECT_TRUE(rig.closed());
}

TEST(Session, AnswersWhatFailsInside) {
  SessionRig rig;
  EXPECT_EQ(rig.ask(get("/drop")).status, 500u);
  const auto thrown = rig.ask(get("/throw"));
  EXPECT_EQ(thrown.status, 500u);
  EXPECT_NE(thrown.body.find("internal-error"), std::string::npos);
  EXPECT_EQ(thrown.body.find("luck"), std::string::npos) << "what an exception says is for the log";
  EXPECT_EQ(rig.context.counters().troubles[static_cast<std::size_t>(Trouble::kHandlerFailed)], 2u);
  EXPECT_FALSE(rig.closing());
}

TEST(Session, CountsWhatItDoes) {
  SessionRig rig;
  rig.send(post("/echo", "a") + post("/later", "") + get("/nowhere"));
  rig.clock.advance(milliseconds(3));
  rig.context.answer(rig.parked.at(0), empty_response(202));
  rig.proceed();
  const HttpCounters& counters = rig.context.counters();
  EXPECT_EQ(counters.routes[0].by_class[2], 1u);
  EXPECT_EQ(counters.routes[3].by_class[2], 1u);
  EXPECT_EQ(counters.routes[3].by_latency[6], 1u) << "over 2.5 ms, not over 5 ms";
  EXPECT_EQ(counters.routes[3].latency_sum, milliseconds(3));
  EXPECT_EQ(counters.routes.back().by_class[4], 1u);
  EXPECT_EQ(counters.bytes_out, rig.received.size());
}

}  // namespace
}  // namespace playhead::server
