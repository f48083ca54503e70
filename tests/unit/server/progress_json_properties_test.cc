// Properties of reading progress bodies: whatever bytes come, they are read or refused; what is written is
// what is read; and a warm parser allocates nothing.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/text_time.h"
#include "server/api/progress_json.h"
#include "support/allocation_count.h"

namespace playhead::server::api {
namespace {

using model::Heartbeat;

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out.append("\"");
}

std::string seconds(std::int64_t ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(ms / 1000),
                static_cast<long long>(ms % 1000));
  return text;
}

// An id with the text that its view shows.
struct Id {
  std::string text;
  bool integer = false;
  model::IdView view() const { return {text, integer}; }
  std::string json() const { return integer ? text : json_string(text); }
};

rc::Gen<Id> any_id() {
  const auto integers = rc::gen::map(rc::gen::inRange<std::int64_t>(0, model::kMaxInteger + 1),
                                     [](std::int64_t value) { return Id{std::to_string(value), true}; });
  const auto character = rc::gen::elementOf(std::string("abcXYZ019 -_/:.\"\\{}[],"));
  const auto strings = rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::string>(character)),
                                    [](std::string text) { return Id{std::move(text), false}; });
  return rc::gen::oneOf(integers, strings);
}

std::int64_t any_media_ms() { return *rc::gen::inRange<std::int64_t>(1, model::kMaxMediaMs + 1); }

// An update as text, and the heartbeat that it says. The ids live here, since a heartbeat borrows them.
struct Written {
  std::vector<std::string> fields;
  std::vector<std::unique_ptr<Id>> ids;
  Heartbeat heartbeat;

  void put(std::string_view name, const std::string& value) { fields.push_back(json_string(name) + ":" + value); }
  model::IdView put_id(std::string_view name) {
    ids.push_back(std::make_unique<Id>(*any_id()));
    put(name, ids.back()->json());
    return ids.back()->view();
  }
  std::string json() const {
    std::string out = "{";
    for (const auto& field : fields) out.append(out.size() > 1 ? "," : "").append(field);
    return out.append("}");
  }
};

bool coin() { return *rc::gen::arbitrary<bool>(); }

Written any_update() {
  Written w;
  auto& h = w.heartbeat;
  h.user = w.put_id("userId");
  h.episode = w.put_id("episodeId");
  h.position_ms = any_media_ms();
  w.put("position", seconds(*h.position_ms));
  if (coin()) h.show = w.put_id("showId");
  if (coin()) h.next_episode = w.put_id("nextEpisodeId");
  if (coin()) h.device = w.put_id("deviceId").text;
  if (coin()) h.session = w.put_id("sessionId").text;
  if (coin()) w.put("duration", seconds(h.duration_ms.emplace(any_media_ms())));
  if (coin()) w.put("creditsAt", seconds(h.credits_at_ms.emplace(any_media_ms())));
  if (coin()) w.put("playedSeconds", seconds(h.played_ms.emplace(any_media_ms())));
  const auto time = rc::gen::inRange<std::int64_t>(model::kLeastEpochMs, model::kMaxEpochMs + 1);
  if (coin()) w.put("timestamp", std::to_string(h.timestamp_ms.emplace(*time)));
  if (coin()) w.put("sentAt", json_string(model::rfc3339(h.sent_at_ms.emplace(*time))));
  const auto integer = rc::gen::inRange<std::uint64_t>(0, std::uint64_t{model::kMaxInteger} + 1);
  if (coin()) w.put("seq", std::to_string(h.seq = *integer));
  if (coin()) w.put("counter", std::to_string(h.counter.emplace(*integer)));
  if (coin()) w.put("seek", (h.seek = coin()) ? "true" : "false");
  if (coin()) w.put("live", (h.live = coin()) ? "true" : "false");
  if (coin()) w.put("provisional", h.provisional.emplace(coin()) ? "true" : "false");
  constexpr std::string_view kStates[] = {"playing", "paused", "stopped", "ended"};
  const auto state = *rc::gen::inRange<std::size_t>(0, 4);
  if (coin()) w.put("state", json_string(kStates[state])), h.state = static_cast<model::State>(state);
  constexpr std::string_view kMarks[] = {"watched", "unwatched", "removed"};
  const auto mark = *rc::gen::inRange<std::size_t>(0, 3);
  if (coin()) w.put("mark", json_string(kMarks[mark])), h.mark = static_cast<model::Mark>(mark + 1);
  if (coin()) w.put("clock", "\"server\""), h.clock = model::ClockKind::kServer;
  if (coin()) w.put("extra" + std::to_string(w.fields.size()), "[{}]");
  w.fields = *rc::gen::exec([&] {
    auto order = w.fields;
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
    return order;
  });
  return w;
}

bool same(const model::IdView& a, const model::IdView& b) { return a.text == b.text && a.integer == b.integer; }

bool same(const Heartbeat& a, const Heartbeat& b) {
  return same(a.user, b.user) && same(a.show, b.show) && same(a.episode, b.episode) &&
         same(a.next_episode, b.next_episode) && a.position_ms == b.position_ms && a.timestamp_ms == b.timestamp_ms &&
         a.sent_at_ms == b.sent_at_ms && a.clock == b.clock && a.duration_ms == b.duration_ms &&
         a.credits_at_ms == b.credits_at_ms && a.device == b.device && a.session == b.session && a.seq == b.seq &&
         a.state == b.state && a.seek == b.seek && a.provisional == b.provisional && a.played_ms == b.played_ms &&
         a.counter == b.counter && a.mark == b.mark && a.live == b.live;
}

TEST(ProgressJsonProperty, ReadsWhatWasWritten) {
  ProgressParser parser;
  EXPECT_TRUE(rc::check([&parser] {
    const auto written = any_update();
    const auto body = written.json();
    const auto result = parser.parse(body);
    RC_LOG(body);
    RC_ASSERT(result.has_value());
    RC_ASSERT(same(*(*result)->updates.at(0), written.heartbeat));
  }));
}

TEST(ProgressJsonProperty, ReadsABatchInItsOrder) {
  ProgressParser parser;
  EXPECT_TRUE(rc::check([&parser] {
    std::vector<Written> written;
    std::string body = R"({"updates":[)";
    for (auto count = *rc::gen::inRange(1, 20); count > 0; --count) {
      written.push_back(any_update());
      body.append(written.size() > 1 ? "," : "").append(written.back().json());
    }
    body.append("]}");
    const auto result = parser.parse(body);
    RC_ASSERT(result.has_value());
    RC_ASSERT((*result)->updates.size() == written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
      RC_ASSERT(same(*(*result)->updates[i], written[i].heartbeat));
    }
  }));
}

void expect_read_or_refused(ProgressParser& parser, std::string_view body) {
  const auto result = parser.parse(body);
  if (result) {
    RC_ASSERT(!(*result)->updates.empty());
  } else {
    RC_ASSERT(!result.error().code.empty());
    RC_ASSERT(result.error().detail.ends_with('.'));
    RC_ASSERT(result.error().detail.size() < 300u);
  }
}

TEST(ProgressJsonProperty, AnyBytesAreReadOrRefused) {
  ProgressParser parser;
  EXPECT_TRUE(rc::check([&parser](const std::string& bytes) { expect_read_or_refused(parser, bytes); }));
}

TEST(ProgressJsonProperty, DamagedUpdatesAreReadOrRefused) {
  ProgressParser parser;
  EXPECT_TRUE(rc::check([&parser] {
    auto body = R"({"updates":[)" + any_update().json() + "]}";
    const std::vector<std::string> splices = {"\"", "\\u", "\\ud800", "1e999", "-", "99999999999999999999",
                                              "[",  "{",   "}",       "null",  ":", std::string("\0\xFF", 2)};
    for (auto count = *rc::gen::inRange(1, 4); count > 0; --count) {
      const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
      const auto length = *rc::gen::inRange<std::size_t>(0, 4);
      body.replace(at, length, *rc::gen::elementOf(splices));
    }
    expect_read_or_refused(parser, body);
  }));
}

TEST(ProgressJsonProperty, AllocatesNothingOnceWarm) {
  std::string body = R"({"updates":[)";
  for (int i = 0; i < 100; ++i) {
    body.append(i > 0 ? "," : "")
        .append(
            R"({"userId":12345,"showId":"a show with a long name","episodeId":12,"position":"18:42","state":"paused",)"
            R"("timestamp":"2026-03-01T20:00:00Z","sessionId":7})");
  }
  body.append("]}");
  ProgressParser parser;
  ASSERT_TRUE(parser.parse(body));
  const auto before = test::allocation_count();
  ASSERT_TRUE(parser.parse(body));
  EXPECT_EQ(test::allocation_count(), before);
}

}  // namespace
}  // namespace playhead::server::api
