#include <gtest/gtest.h>

#include <set>

#include "server/http/request_id.h"
#include "server/http/response.h"
#include "server/http/router.h"
#include "server/http/target.h"
#include "server/http/text.h"

namespace playhead::server {
namespace {

void ignore(const Request&, const Reply&) {}

Router::Match find(const Router& router, Method method, std::vector<std::string_view> segments,
                   std::vector<std::string_view>& values) {
  return router.find(method, segments, values);
}

TEST(Router, PrefersLiteralsAndComesBackFromThem) {
  const Router router({{Method::kGet, "/", ignore},
                       {Method::kGet, "/users/{user}", ignore},
                       {Method::kGet, "/users/me", ignore},
                       {Method::kDelete, "/users/{user}", ignore},
                       {Method::kGet, "/users/{user}/episodes/{episode}", ignore}});
  std::vector<std::string_view> values;
  const auto index = [&](Method method, std::vector<std::string_view> segments) {
    const auto match = find(router, method, std::move(segments), values);
    return match.route == nullptr ? -1 : static_cast<int>(router.index_of(*match.route));
  };
  EXPECT_EQ(index(Method::kGet, {""}), 0);
  EXPECT_EQ(index(Method::kGet, {"users", "me"}), 2);
  EXPECT_EQ(index(Method::kHead, {"users", "me"}), 2);
  EXPECT_EQ(index(Method::kGet, {"users", "you"}), 1);
  EXPECT_EQ(index(Method::kDelete, {"users", "you"}), 3);
  EXPECT_EQ(index(Method::kGet, {"users", "me", "episodes", "7"}), 4);
  EXPECT_EQ(values, (std::vector<std::string_view>{"me", "7"}));
  EXPECT_EQ(find(router, Method::kGet, {"users", "me", "episodes", "7"}, values).names[1], "episode");
  EXPECT_EQ(index(Method::kGet, {"users", ""}), -1) << "a name never matches nothing";
  EXPECT_EQ(index(Method::kGet, {"users", "me", ""}), -1);
  EXPECT_EQ(index(Method::kGet, {"users"}), -1);
  EXPECT_EQ(find(router, Method::kGet, {"users"}, values).allow, "");
  EXPECT_EQ(find(router, Method::kPost, {"users", "you"}, values).allow, "GET, HEAD, DELETE, OPTIONS");
}

TEST(Router, RefusesATableThatMakesNoSense) {
  for (const std::string pattern : {"", "users", "/{}", "/{a}b", "/a{b}", "/a%20b", "/a?b"}) {
    EXPECT_THROW(Router({{Method::kGet, pattern, ignore}}), StartupError) << pattern;
  }
  EXPECT_THROW(Router({{Method::kGet, "/a", ignore}, {Method::kGet, "/a", ignore}}), StartupError);
  EXPECT_THROW(Router({{Method::kGet, "/{a}", ignore}, {Method::kGet, "/{b}", ignore}}), StartupError);
  EXPECT_THROW(Router({{Method::kGet, "/a", nullptr}}), StartupError);
}

TEST(Text, KnowsValidUtf8) {
  for (const std::string_view good : {"", "plain", "J\xC3\xB6rg", "\xE2\x82\xAC", "\xF0\x9F\x8E\xAC", "\xED\x9F\xBF",
                                      "\xF4\x8F\xBF\xBF", "\xC2\xA0"}) {
    EXPECT_TRUE(is_clean_text(good)) << good;
  }
  for (const std::string_view bad :
       {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "a\nb", "\x7F", "\xC2\x9F"}) {
    EXPECT_FALSE(is_clean_text(bad)) << bad;
  }
  EXPECT_FALSE(is_clean_text(std::string_view("\0", 1)));
}

TEST(Target, KeepsAnEncodedSlashInItsSegment) {
  Target target;
  EXPECT_FALSE(parse_target("/a%2Fb//c?x=1&&y&x=%26+", Method::kGet, {}, target));
  EXPECT_EQ(target.segments, (std::vector<std::string_view>{"a/b", "", "c"}));
  ASSERT_EQ(target.query.size(), 3u);
  EXPECT_EQ(target.query[1].name, "y");
  EXPECT_EQ(target.query[2].value, "& ");
  EXPECT_FALSE(parse_target("/a+b", Method::kGet, {}, target));
  EXPECT_EQ(target.segments.at(0), "a+b") << "a plus is a space in the query only";
  EXPECT_FALSE(parse_target("HTTPS://host?x=1", Method::kGet, {}, target));
  EXPECT_EQ(target.segments, std::vector<std::string_view>{""});
  EXPECT_EQ(target.query.size(), 1u);
}

TEST(Target, RefusesWhatIsNone) {
  Target target;
  HttpOptions options;
  options.max_query_parameters = 2;
  for (const std::string_view bad :
       {"*", "a", "ftp://a/", "http://", "http:///a", "/a%", "/a%4", "/a%4g", "/?a&b&c"}) {
    EXPECT_TRUE(parse_target(bad, Method::kGet, options, target)) << bad;
  }
  EXPECT_FALSE(parse_target("*", Method::kOptions, options, target));
}

TEST(Response, CannotBeSplitByAValue) {
  Response response;
  response.header("ETag", "\"1\"\r\nSet-Cookie: a=b");
  EXPECT_EQ(response.header_lines, "ETag: \"1\"  Set-Cookie: a=b\r\n");
}

TEST(Response, WritesJsonStringsThatAnyParserTakes) {
  std::string out;
  append_json_string(out, "a\"b\\c\n\x01J\xC3\xB6\xFF");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\u000a\\u0001J\xC3\xB6\xEF\xBF\xBD\"");
}

TEST(Request, ComparesMediaTypesWithoutParameters) {
  const auto is_json = [](std::string_view type) {
    Request request;
    request.content_type = type;
    return request.has_media_type("application/json");
  };
  EXPECT_TRUE(is_json("application/json"));
  EXPECT_TRUE(is_json("Application/JSON ; charset=utf-8"));
  EXPECT_FALSE(is_json("application/jsonp"));
  EXPECT_FALSE(is_json(""));
}

TEST(RequestIdSource, DoesNotRepeat) {
  RequestIdSource source(42);
  std::set<std::string> seen;
  RequestId id;
  for (int i = 0; i < 10'000; ++i) {
    source.next(id);
    EXPECT_TRUE(is_sane_request_id(id.view()));
    seen.emplace(id.view());
  }
  EXPECT_EQ(seen.size(), 10'000u);
}

}  // namespace
}  // namespace playhead::server
