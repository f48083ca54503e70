// The golden vectors of tests/vectors, which other languages check themselves against, too.

#include <gtest/gtest.h>

#include <boost/json/src.hpp>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <set>
#include <sstream>

#include "unit/model/fixtures.h"

namespace playhead::model {
namespace {

namespace json = boost::json;

json::array cases_of(const std::string& name) {
  std::ifstream in(std::string(PLAYHEAD_SOURCE_DIR) + "/tests/vectors/" + name);
  std::stringstream text;
  text << in.rdbuf();
  auto cases = json::parse(text.str()).at("cases").as_array();
  std::set<std::string> names;
  for (const auto& entry : cases) {
    EXPECT_TRUE(names.insert(entry.at("name").as_string().c_str()).second) << entry.at("name");
    EXPECT_TRUE(entry.at("why").as_string().ends_with(".")) << entry.at("name");
  }
  EXPECT_GT(cases.size(), 10u);
  return cases;
}

// A case that is read in part only would seem to hold.
void expect_only(const json::object& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object) {
    EXPECT_NE(std::ranges::find(known, std::string_view(key)), known.end()) << "unknown field " << key;
  }
}

std::optional<std::int64_t> milliseconds(const json::object& in, std::string_view seconds) {
  const auto* value = in.if_contains(seconds);
  if (value == nullptr) return std::nullopt;
  return std::llround(value->to_number<double>() * 1'000);
}

template <class T>
std::optional<T> number(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  return value == nullptr ? std::nullopt : std::optional(value->to_number<T>());
}

std::optional<bool> flag(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  return value == nullptr ? std::nullopt : std::optional(value->as_bool());
}

std::string_view text(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  return value == nullptr ? std::string_view{} : std::string_view(value->as_string());
}

// The texts of integer ids, which the views borrow.
std::set<std::string> integer_ids;

IdView id(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  if (value == nullptr) return {};
  if (value->is_string()) return {std::string_view(value->as_string()), false};
  return {*integer_ids.insert(std::to_string(value->as_int64())).first, true};
}

Heartbeat heartbeat(const json::object& in) {
  expect_only(in, {"userId", "showId", "episodeId", "position", "timestamp", "sentAt", "clock", "duration",
                   "creditsAt", "seq", "state", "seek", "provisional", "counter", "mark", "live"});
  const auto state = text(in, "state"), mark = text(in, "mark");
  return {.user = id(in, "userId"),
          .show = id(in, "showId"),
          .episode = id(in, "episodeId"),
          .position_ms = milliseconds(in, "position"),
          .timestamp_ms = number<std::int64_t>(in, "timestamp"),
          .sent_at_ms = number<std::int64_t>(in, "sentAt"),
          .clock = text(in, "clock") == "server" ? ClockKind::kServer : ClockKind::kDevice,
          .duration_ms = milliseconds(in, "duration"),
          .credits_at_ms = milliseconds(in, "creditsAt"),
          .seq = number<std::uint64_t>(in, "seq").value_or(0),
          .state = state == "paused"    ? State::kPaused
                   : state == "stopped" ? State::kStopped
                   : state == "ended"   ? State::kEnded
                                        : State::kPlaying,
          .seek = flag(in, "seek").value_or(false),
          .provisional = flag(in, "provisional"),
          .counter = number<std::uint64_t>(in, "counter"),
          .mark = mark == "watched"     ? Mark::kWatched
                  : mark == "unwatched" ? Mark::kUnwatched
                  : mark == "removed"   ? Mark::kRemoved
                                        : Mark::kNone,
          .live = flag(in, "live").value_or(false)};
}

StampRules rules(const json::object& entry) {
  return {.ordering = text(entry, "ordering") == "counter" ? Ordering::kCounter : Ordering::kTimestamp};
}

TEST(Vectors, Stamping) {
  for (const auto& value : cases_of("stamping.json")) {
    const auto& entry = value.as_object();
    SCOPED_TRACE(text(entry, "name"));
    expect_only(entry, {"name", "why", "ordering", "receivedAt", "heartbeat", "expect"});
    const auto update =
        stamp(heartbeat(entry.at("heartbeat").as_object()), *number<std::int64_t>(entry, "receivedAt"), rules(entry));
    const auto& expect = entry.at("expect").as_object();
    expect_only(expect, {"time", "seq", "counter", "eligible", "finished", "position"});
    EXPECT_EQ(update.version.time_ms, number<std::int64_t>(expect, "time"));
    EXPECT_EQ(update.version.seq, number<std::uint64_t>(expect, "seq").value_or(0));
    EXPECT_EQ(update.version.counter, number<std::uint64_t>(expect, "counter").value_or(0));
    EXPECT_EQ(update.eligible, flag(expect, "eligible"));
    EXPECT_EQ(update.finished, flag(expect, "finished"));
    EXPECT_EQ(update.position_ms, milliseconds(expect, "position"));
  }
}

TEST(Vectors, StartedAndFinished) {
  for (const auto& value : cases_of("started_finished.json")) {
    const auto& entry = value.as_object();
    SCOPED_TRACE(text(entry, "name"));
    expect_only(entry, {"name", "why", "position", "duration", "creditsAt", "expect"});
    const auto position = *milliseconds(entry, "position");
    const auto duration = milliseconds(entry, "duration"), credits = milliseconds(entry, "creditsAt");
    const auto& expect = entry.at("expect").as_object();
    expect_only(expect, {"started", "finished"});
    EXPECT_EQ(started(position, duration, {}), flag(expect, "started"));
    EXPECT_EQ(finished(position, duration, credits, {}), flag(expect, "finished"));
  }
}

Update update_of(const json::object& in, const StampRules& stamp_rules) {
  if (const auto* erase = in.if_contains("erase")) {
    expect_only(in, {"erase"});
    const auto& at = erase->as_object();
    expect_only(at, {"at", "counter"});
    return erasure({"u", false}, *number<std::int64_t>(at, "at"), number<std::uint64_t>(at, "counter").value_or(0));
  }
  expect_only(in, {"receivedAt", "heartbeat"});
  return stamp(heartbeat(in.at("heartbeat").as_object()), *number<std::int64_t>(in, "receivedAt"), stamp_rules);
}

void expect_answer(const std::optional<Episode>& answer, const json::object& expect) {
  expect_only(expect, {"known", "provisional", "showId", "episodeId", "position", "startAt", "finished", "updatedAt",
                       "duration"});
  ASSERT_EQ(answer.has_value(), expect.at("known").as_bool());
  if (!answer) return;
  const auto show = id(expect, "showId"), episode = id(expect, "episodeId");
  EXPECT_EQ(answer->ids.show, show.text);
  EXPECT_EQ(answer->show_integer, show.integer);
  EXPECT_EQ(answer->ids.episode, episode.text);
  EXPECT_EQ(answer->episode_integer, episode.integer);
  EXPECT_EQ(answer->position_ms, milliseconds(expect, "position"));
  EXPECT_EQ(answer->start_at_ms, milliseconds(expect, "startAt"));
  EXPECT_EQ(answer->finished, flag(expect, "finished"));
  EXPECT_EQ(answer->updated.time_ms, number<std::int64_t>(expect, "updatedAt"));
  EXPECT_EQ(answer->duration_ms, milliseconds(expect, "duration"));
  EXPECT_EQ(answer->provisional, flag(expect, "provisional").value_or(false));
}

void expect_answers(const std::vector<Update>& updates, const json::array& asks) {
  test::Rows rows;
  for (const auto& update : updates) rows.apply(update);
  const auto history = rows.history();
  for (const auto& ask : asks) {
    const auto& in = ask.as_object();
    expect_only(in, {"showId", "episodeId", "expect"});
    const auto show = id(in, "showId"), episode = id(in, "episodeId");
    const auto answer = history.resume(show.present() ? std::optional(show.text) : std::nullopt,
                                       episode.present() ? std::optional(episode.text) : std::nullopt);
    expect_answer(answer, in.at("expect").as_object());
  }
}

TEST(Vectors, Merge) {
  for (const auto& value : cases_of("merge.json")) {
    const auto& entry = value.as_object();
    SCOPED_TRACE(text(entry, "name"));
    expect_only(entry, {"name", "why", "ordering", "updates", "asks"});
    const auto& asks = entry.at("asks").as_array();
    std::vector<std::size_t> order;
    std::vector<Update> updates;
    for (const auto& update : entry.at("updates").as_array()) {
      order.push_back(updates.size());
      updates.push_back(update_of(update.as_object(), rules(entry)));
    }
    do {
      std::vector<Update> in_order;
      for (const auto i : order) in_order.push_back(updates[i]);
      expect_answers(in_order, asks);
      in_order.insert(in_order.end(), updates.begin(), updates.end());
      expect_answers(in_order, asks);
    } while (std::ranges::next_permutation(order).found);
  }
}

}  // namespace
}  // namespace playhead::model
