// Streams of good and damaged requests, cut at random, answered at random times: what the peer gets depends
// on neither.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "session_rig.h"

namespace playhead::server {
namespace {

class Script {
 public:
  explicit Script(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string stream() {
    static const std::vector<std::string> kGood = {
        post("/echo", "hello"),
        get("/v1/users/J%C3%B6rg/resume?a=b&c=%20"),
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nA: "
        "b\r\n\r\n",
        post("/later", "x"),
        get("/keep"),
        get("/big"),
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "GET /who HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"};
    static const std::string kMarks("\r\n: \t\0;,%0aF\x80\xff", 14);
    std::string bytes;
    for (std::size_t i = 1 + below(6); i > 0; --i) bytes += kGood[below(kGood.size())];
    for (std::size_t i = below(5); i > 0; --i) {
      const std::size_t at = below(bytes.size());
      const char mark = kMarks[below(kMarks.size())];
      if (below(3) == 0) {
        bytes[at] = mark;
      } else if (below(2) == 0) {
        bytes.insert(at, 1, mark);
      } else {
        bytes.insert(at, bytes.substr(below(bytes.size()), below(30)));
      }
    }
    return bytes;
  }

 private:
  std::mt19937 random_;
};

HttpOptions tight() {
  HttpOptions options;
  options.max_header_bytes = 600;
  options.max_body_bytes = 200;
  options.max_pipelined = 3;
  options.max_output_bytes = 120'000;
  return options;
}

void answer_what_waits(SessionRig& rig) {
  rig.kept.clear();
  for (const ReplyToken token : std::exchange(rig.parked, {})) rig.context.answer(token, empty_response(202));
  rig.proceed();
}

// The statuses without the interim ones, which a body that has come already doesn't get.
std::string gist(SessionRig& rig) {
  std::string all;
  for (const auto& answer : rig.answers()) {
    if (answer.status != 100) all += std::to_string(answer.status) + answer.header("Connection") + " ";
  }
  return all + rig.received;
}

std::string answers_to_whole(const std::string& bytes) {
  SessionRig rig(tight());
  rig.send(bytes);
  while (!rig.parked.empty() || !rig.kept.empty()) answer_what_waits(rig);
  return gist(rig);
}

std::string answers_to_pieces(const std::string& bytes, Script& script) {
  SessionRig rig(tight());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = 1 + script.below(script.below(3) == 0 ? 60 : 7);
    rig.send(std::string_view(bytes).substr(at, size));
    at += size;
    if (script.below(3) == 0) answer_what_waits(rig);
    if (script.below(20) == 0) rig.peer_is_stuck = !rig.peer_is_stuck;
  }
  rig.peer_is_stuck = false;
  rig.flush();
  while (!rig.parked.empty() || !rig.kept.empty()) answer_what_waits(rig);
  return gist(rig);
}

TEST(SessionCuts, ChangeNothing) {
  std::size_t answered = 0;
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    Script script(seed);
    const std::string bytes = script.stream();
    const std::string whole = answers_to_whole(bytes);
    ASSERT_EQ(answers_to_pieces(bytes, script), whole) << "seed " << seed << ":\n" << bytes;
    answered += static_cast<std::size_t>(std::ranges::count(whole, ' '));
  }
  EXPECT_GT(answered, 4'000u) << "the streams are too damaged to say anything";
}

}  // namespace
}  // namespace playhead::server
