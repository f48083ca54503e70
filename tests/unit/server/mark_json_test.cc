#include "server/api/mark_json.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace playhead::server::api {
namespace {

TEST(MarkJson, ReadsWhatWasDecidedAndWhen) {
  EXPECT_TRUE(parse_mark(R"({"watched":true})")->watched);
  EXPECT_FALSE(parse_mark(R"({"watched":true})")->timestamp_ms);
  EXPECT_FALSE(parse_mark(R"({"watched":false,"timestamp":null})")->watched);
  EXPECT_EQ(parse_mark(R"({"timestamp":"2026-03-01T20:00:00Z","watched":false})")->timestamp_ms, 1'772'395'200'000);
  EXPECT_EQ(parse_mark(R"({"watched":true,"timestamp":1772395200000.5,"x":1e999,"y":"\ud800"})")->timestamp_ms,
            1'772'395'200'000);
}

TEST(MarkJson, RefusesWhatItCannotRead) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"", "empty-body"},
      {"watched", "invalid-json"},
      {"\"\xFF\"", "invalid-utf8"},
      {"[[[[[[[[[[]]]]]]]]]]", "too-deep"},
      {"true", "not-an-object"},
      {"[true]", "not-an-object"},
      {"{}", "invalid-mark"},
      {R"({"watched":null})", "invalid-mark"},
      {R"({"watched":"true"})", "invalid-mark"},
      {R"({"watched":true,"watched":false})", "duplicate-key"},
      {R"({"watched":true,"timestamp":null,"timestamp":1772395200000})", "duplicate-key"},
      {R"({"watched":true,"timestamp":"2026-03-01T20:00:00"})", "invalid-time"},
      {R"({"watched":true,"timestamp":false})", "invalid-time"},
      {R"({"watched":true,"timestamp":1772395200})", "time-in-seconds"}};
  for (const auto& [body, code] : cases) {
    const auto mark = parse_mark(body);
    ASSERT_FALSE(mark) << body;
    EXPECT_EQ(mark.error().code, code) << body;
    EXPECT_TRUE(mark.error().detail.ends_with('.')) << mark.error().detail;
  }
  EXPECT_EQ(parse_mark("{}").error().detail, R"("watched" is missing; expected true or false.)");
  EXPECT_EQ(parse_mark(R"({"watched":1})").error().detail, R"("watched" is an integer; expected true or false.)");
}

}  // namespace
}  // namespace playhead::server::api
