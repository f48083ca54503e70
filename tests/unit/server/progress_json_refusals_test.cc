// Every kind of bad input, by the code that names it.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "server/api/progress_json.h"

namespace playhead::server::api {
namespace {

// "" when the body is read.
std::string code_of(std::string_view body) {
  ProgressParser parser;
  const auto result = parser.parse(body);
  return result ? "" : std::string(result.error().code);
}

// An update that is good but for `fields`.
std::string with(std::string_view fields) {
  return std::string(R"({"userId":1,"episodeId":2,"position":3,)").append(fields).append("}");
}

std::string detail_of(std::string_view body) {
  ProgressParser parser;
  const auto result = parser.parse(body);
  return result ? "" : result.error().detail;
}

struct BadBody {
  std::string body;
  std::string_view code;
};

TEST(ProgressJsonRefusals, RefusesBodiesThatHoldNoUpdates) {
  const std::string deep =
      R"({"userId":1,"episodeId":2,"position":3,"x":)" + std::string(40, '[') + std::string(40, ']') + "}";
  const std::vector<BadBody> cases = {
      {"", "empty-body"},
      {" \n\t", "empty-body"},
      {"nonsense", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":3)", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":3}})", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":3} {})", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":3,})", "invalid-json"},
      {R"({'userId':1})", "invalid-json"},
      {R"({"userId":01,"episodeId":2,"position":3})", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":NaN})", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":Infinity})", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":.5})", "invalid-json"},
      {R"({"userId":1,"episodeId":2,"position":nul})", "invalid-json"},
      {R"({"userId":"\x","episodeId":2,"position":3})", "invalid-json"},
      {"{\"userId\":\"a\nb\",\"episodeId\":2,\"position\":3}", "invalid-json"},
      {R"({"userId":"open)", "invalid-json"},
      {std::string("\0", 1), "invalid-json"},
      {"{\"userId\":\"\xFF\",\"episodeId\":2,\"position\":3}", "invalid-utf8"},
      {"{\"userId\":\"\xED\xA0\x80\",\"episodeId\":2,\"position\":3}", "invalid-utf8"},
      {"{\"userId\":\"\xC0\x80\",\"episodeId\":2,\"position\":3}", "invalid-utf8"},
      {deep, "too-deep"},
      {std::string(50'000, '[') + std::string(50'000, ']'), "too-deep"},
      {"[]", "not-an-object"},
      {"3", "not-an-object"},
      {"\"text\"", "not-an-object"},
      {"null", "not-an-object"},
      {R"({"updates":{}})", "invalid-batch"},
      {R"({"updates":[]})", "empty-batch"},
      {R"({"updates":[],"updates":[]})", "duplicate-key"},
      {R"({"updates":[1],"sentAt":"2026-03-01T20:00:00"})", "invalid-time"},
      {R"({"updates":[1],"sentAt":1772395200})", "time-in-seconds"},
      {R"({"updates":[1],"token":5})", "invalid-token"},
      {with(R"("token":{})"), "invalid-token"},
      {with(R"("token":"a","token":"a")"), "duplicate-key"}};
  for (const auto& [body, code] : cases) EXPECT_EQ(code_of(body), code) << body.substr(0, 100);
}

TEST(ProgressJsonRefusals, RefusesUpdatesByTheFieldThatIsWrong) {
  const std::string long_id(257, 'x');
  const std::vector<BadBody> cases = {
      {"{}", "missing-user"},
      {R"({"episodeId":2,"position":3})", "missing-user"},
      {R"({"userId":1,"position":3})", "missing-episode"},
      {R"({"userId":1,"episodeId":2})", "missing-position"},
      {R"({"userId":true,"episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":{},"episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":[1],"episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":12.0,"episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":1e3,"episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":-1,"episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":"","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":")" + long_id + R"(","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":"a\u0000b","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":"a\nb","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":"a\u007fb","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":"a\u0085b","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":"a\ud83d","episodeId":2,"position":3})", "invalid-id"},
      {R"({"userId":9007199254740992,"episodeId":2,"position":3})", "id-too-large"},
      {R"({"userId":18446744073709551615,"episodeId":2,"position":3})", "id-too-large"},
      {R"({"userId":99999999999999999999999,"episodeId":2,"position":3})", "id-too-large"},
      {R"({"userId":1,"episodeId":false,"position":3})", "invalid-id"},
      {with(R"("showId":1.5)"), "invalid-id"},
      {with(R"("nextEpisodeId":"")"), "invalid-id"},
      {with(R"("deviceId":["tv"])"), "invalid-id"},
      {with(R"("sessionId":"\u001b[2J")"), "invalid-id"},
      {R"({"userId":1,"episodeId":2,"position":-0.001})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":3600001})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":1e300})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":1e999})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":-99999999999999999999})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":"NaN"})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":"1122"})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":"-18:42"})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":true})", "invalid-position"},
      {R"({"userId":1,"episodeId":2,"position":[1122]})", "invalid-position"},
      {with(R"("duration":-1)"), "invalid-duration"},
      {with(R"("duration":"45:00")"), "invalid-duration"},
      {with(R"("creditsAt":1e9)"), "invalid-duration"},
      {with(R"("playedSeconds":{})"), "invalid-duration"},
      {with(R"("timestamp":"2026-03-01T20:00:00")"), "invalid-time"},
      {with(R"("timestamp":"yesterday")"), "invalid-time"},
      {with(R"("timestamp":-5)"), "invalid-time"},
      {with(R"("timestamp":1772395200000000)"), "invalid-time"},
      {with(R"("timestamp":99999999999999999999)"), "invalid-time"},
      {with(R"("timestamp":true)"), "invalid-time"},
      {with(R"("timestamp":1772395200)"), "time-in-seconds"},
      {with(R"("timestamp":1772395200.25)"), "time-in-seconds"},
      {with(R"("sentAt":0)"), "time-in-seconds"},
      {with(R"("state":"buffering")"), "invalid-state"},
      {with(R"("state":"Playing")"), "invalid-state"},
      {with(R"("state":0)"), "invalid-state"},
      {with(R"("mark":"seen")"), "invalid-mark"},
      {with(R"("clock":"atomic")"), "invalid-clock"},
      {with(R"("seq":-1)"), "invalid-integer"},
      {with(R"("seq":1.5)"), "invalid-integer"},
      {with(R"("seq":"1")"), "invalid-integer"},
      {with(R"("counter":9007199254740992)"), "invalid-integer"},
      {with(R"("counter":18446744073709551615)"), "invalid-integer"},
      {with(R"("seek":1)"), "invalid-flag"},
      {with(R"("provisional":"true")"), "invalid-flag"},
      {with(R"("live":0)"), "invalid-flag"},
      {with(R"("position":3)"), "duplicate-key"},
      {with(R"("us\u0065rId":1)"), "duplicate-key"},
      {with(R"("mark":null,"mark":null)"), "duplicate-key"}};
  for (const auto& [body, code] : cases) EXPECT_EQ(code_of(body), code) << body;
}

TEST(ProgressJsonRefusals, SaysWhatWasWrongWithoutRepeatingTheInput) {
  EXPECT_EQ(detail_of(with(R"("state":"buffering")")),
            R"("state" is "buffering"; expected playing, paused, stopped or ended.)");
  EXPECT_EQ(detail_of(with(R"("showId":[1])")), R"("showId" is an array; expected a string or an integer.)");
  EXPECT_EQ(detail_of(with(R"("sentAt":1772395200)")),
            R"("sentAt" looks like epoch seconds; expected epoch milliseconds.)");
  const auto detail = detail_of(with(R"("state":"\u001b\"<\u00e9)" + std::string(5000, 'x') + "\""));
  EXPECT_LT(detail.size(), 120u);
  for (const char c : detail) EXPECT_TRUE(c >= ' ' && c < 0x7F) << static_cast<int>(c);
}

}  // namespace
}  // namespace playhead::server::api
