#include "server/api/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "base/clock.h"
#include "client_socket.h"
#include "server/http/server.h"

namespace playhead::server::api {
namespace {

using testing::HasSubstr;

class Console : public testing::Test {
 public:
  Console() : server_({.port = 0}, Router(console_routes()), clock_, registry_) { server_.start(); }

  ReceivedAnswer ask(const std::string& path, const std::string& lines = {}, const std::string& method = "GET") {
    ClientSocket client(server_.port());
    client.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n");
    auto answers = client.receive(1, method == "HEAD");
    return answers.empty() ? ReceivedAnswer{} : answers.front();
  }

 private:
  SystemClock clock_;
  prometheus::Registry registry_;
  Server server_;
};

std::string source(const std::string& name) {
  for (const std::string folder : {"", "uplot/"}) {
    std::ifstream in(PLAYHEAD_SOURCE_DIR "/web/console/" + folder + name, std::ios::binary);
    if (in) return {std::istreambuf_iterator<char>(in), {}};
  }
  return {};
}

TEST_F(Console, EveryFileIsServedAsItIsInTheTree) {
  EXPECT_GE(console_files().size(), 10u);
  for (const auto& file : console_files()) {
    const auto answer = ask("/console/" + std::string(file.name));
    EXPECT_EQ(answer.status, 200u) << file.name;
    EXPECT_FALSE(answer.body.empty()) << file.name;
    EXPECT_EQ(answer.body, source(std::string(file.name))) << file.name;
    EXPECT_EQ(answer.header("Content-Type"), file.type) << file.name;
  }
}

TEST_F(Console, WhatThePageNamesIsThere) {
  const auto page = ask("/console/");
  EXPECT_EQ(page.status, 200u);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  std::set<std::string> named{"page.js"};
  const std::regex attribute(R"re((?:src|href)="([\w.-]+)")re"), import(R"re(from '\./([\w.-]+)')re");
  const auto collect = [&named](const std::string& text, const std::regex& pattern) {
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) named.insert((*at)[1]);
  };
  collect(page.body, attribute);
  for (const auto& file : console_files()) collect(std::string(file.text), import);
  EXPECT_GE(named.size(), 10u);
  for (const auto& name : named) EXPECT_EQ(ask("/console/" + name).status, 200u) << name;
}

TEST_F(Console, TypesAreThoseThatBrowsersInsistOn) {
  EXPECT_EQ(ask("/console/page.js").header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ask("/console/console.css").header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(ask("/console/icon.svg").header("Content-Type"), "image/svg+xml");
}

TEST_F(Console, NothingInlineAndNothingFromElsewhereMayRun) {
  const auto page = ask("/console/");
  const auto policy = page.header("Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, testing::Not(HasSubstr("unsafe")));
  EXPECT_EQ(page.header("X-Content-Type-Options"), "nosniff");
  for (const auto& file : console_files()) {
    if (file.name.starts_with("uPlot")) continue;
    EXPECT_THAT(std::string(file.text), testing::Not(HasSubstr("src=\"http"))) << file.name;
    EXPECT_THAT(std::string(file.text), testing::Not(HasSubstr("@import"))) << file.name;
  }
}

TEST_F(Console, WhoHasAFileAlreadyIsToldSo) {
  const auto first = ask("/console/page.js");
  const auto tag = first.header("ETag");
  ASSERT_GT(tag.size(), 8u);
  EXPECT_EQ(first.header("Cache-Control"), "no-cache");
  const auto again = ask("/console/page.js", "If-None-Match: W/\"old\", " + tag + "\r\n");
  EXPECT_EQ(again.status, 304u);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.header("ETag"), tag);
  EXPECT_EQ(ask("/console/page.js", "If-None-Match: \"other\"\r\n").status, 200u);
  EXPECT_NE(ask("/console/watch.js").header("ETag"), tag);
}

TEST_F(Console, HeadSaysWhatGetWould) {
  const auto whole = ask("/console/page.js"), head = ask("/console/page.js", {}, "HEAD");
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.body, "");
  for (const auto* name : {"Content-Type", "Content-Length", "ETag", "Content-Security-Policy"}) {
    EXPECT_EQ(head.header(name), whole.header(name)) << name;
  }
}

TEST_F(Console, AnUnknownFileIsNotFound) {
  for (const std::string name : {"nothing.js", "README.md", "..%2fpage.js"}) {
    EXPECT_EQ(ask("/console/" + name).status, 404u) << name;
  }
  EXPECT_EQ(ask("/console/", {}, "POST").status, 405u);
}

TEST_F(Console, TheShortAddressLeadsToThePage) {
  const auto answer = ask("/console");
  EXPECT_EQ(answer.status, 308u);
  EXPECT_EQ(answer.header("Location"), "console/") << "relative, so that it holds below a proxy's prefix";
}

}  // namespace
}  // namespace playhead::server::api
