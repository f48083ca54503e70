#include "model/record.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace playhead::model {
namespace {

struct Outcome {
  std::vector<Update> updates;
  std::string_view error;
};

Outcome read_all(std::string_view record) {
  Outcome outcome;
  RecordReader reader(record);
  while (true) {
    const auto next = reader.next();
    if (!next) outcome.error = next.error().code;
    if (!next || !*next) break;
    outcome.updates.push_back(**next);
  }
  // There is nothing more after the end or after a failure.
  const auto after = reader.next();
  EXPECT_TRUE(after && !*after);
  return outcome;
}

std::string record_of(const std::vector<Update>& updates) {
  auto record = record_header(77);
  for (const auto& update : updates) append_update(record, update);
  return record;
}

Update full() {
  return {.user = {"12345", true},
          .show = {"789", true},
          .episode = {"12", true},
          .version = {.counter = 7, .time_ms = 1'750'000'000'000, .seq = ~std::uint64_t{0}},
          .received_ms = 1'750'000'004'000,
          .position_ms = 1'122'000,
          .duration_ms = 2'700'000,
          .credits_at_ms = 2'600'000,
          .next_episode = {"13", true},
          .device = "tv",
          .session = "s1",
          .state = State::kEnded,
          .mark = Mark::kUnwatched,
          .eligible = true,
          .finished = true,
          .live = true,
          .seek = true,
          .erase = true};
}

void expect_same(const Update& a, const Update& b) {
  const auto same_id = [](const IdView& x, const IdView& y) {
    EXPECT_EQ(x.text, y.text);
    EXPECT_EQ(x.integer, y.integer) << x.text;
  };
  same_id(a.user, b.user);
  same_id(a.show, b.show);
  same_id(a.episode, b.episode);
  same_id(a.next_episode, b.next_episode);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.received_ms, b.received_ms);
  EXPECT_EQ(a.position_ms, b.position_ms);
  EXPECT_EQ(a.duration_ms, b.duration_ms);
  EXPECT_EQ(a.credits_at_ms, b.credits_at_ms);
  EXPECT_EQ(a.device, b.device);
  EXPECT_EQ(a.session, b.session);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.mark, b.mark);
  EXPECT_EQ(a.eligible, b.eligible);
  EXPECT_EQ(a.finished, b.finished);
  EXPECT_EQ(a.live, b.live);
  EXPECT_EQ(a.erase, b.erase);
  EXPECT_EQ(a.seek, b.seek);
}

void expect_round_trip(const Update& update) {
  const auto record = record_of({update});
  const auto outcome = read_all(record);
  EXPECT_EQ(outcome.error, "");
  ASSERT_EQ(outcome.updates.size(), 1u);
  expect_same(outcome.updates[0], update);
}

TEST(Record, KeepsEveryField) { expect_round_trip(full()); }

TEST(Record, KeepsEachFieldAlone) {
  const Update bare{.user = {"u", false}, .episode = {"e", false}};
  expect_round_trip(bare);
  const auto with = [&](auto change) {
    auto update = bare;
    change(update);
    expect_round_trip(update);
  };
  with([](Update& u) { u.user = {"5", true}; });
  with([](Update& u) { u.show = {"-5", true}; });
  with([](Update& u) { u.episode = {"5", true}; });
  with([](Update& u) { u.next_episode = {"5", true}; });
  with([](Update& u) { u.version.counter = ~std::uint64_t{0}; });
  with([](Update& u) { u.version.seq = 1; });
  with([](Update& u) { u.version.time_ms = u.received_ms = 5; });
  with([](Update& u) { u.received_ms = kMaxInteger; });
  with([](Update& u) { u.version.time_ms = -kMaxInteger; });
  with([](Update& u) { u.position_ms = 0; });
  with([](Update& u) { u.position_ms = kMaxInteger; });
  with([](Update& u) { u.duration_ms = 1; });
  with([](Update& u) { u.credits_at_ms = 1; });
  with([](Update& u) { u.device = "d"; });
  with([](Update& u) { u.session = "s"; });
  for (const auto state : {State::kPlaying, State::kPaused, State::kStopped, State::kEnded}) {
    with([&](Update& u) { u.state = state; });
  }
  for (const auto mark : {Mark::kNone, Mark::kWatched, Mark::kUnwatched, Mark::kRemoved}) {
    with([&](Update& u) { u.mark = mark; });
  }
  with([](Update& u) { u.eligible = true; });
  with([](Update& u) { u.finished = true; });
  with([](Update& u) { u.live = true; });
  with([](Update& u) { u.erase = true; });
  with([](Update& u) { u.seek = true; });
  // Around the border of a length of one and of two bytes.
  for (std::size_t size = 90; size < 130; ++size) {
    const std::string name(size, 'n');
    with([&](Update& u) { u.device = name; });
  }
  const std::string longest(100'000, 'n');
  with([&](Update& u) { u.session = longest; });
}

TEST(Record, ReadsUpdatesInTheirOrder) {
  std::vector<Update> updates;
  for (std::uint64_t i = 0; i < 100; ++i) {
    updates.push_back({.user = {"u", false}, .episode = {"e", false}, .version = {.seq = i}});
  }
  const auto record = record_of(updates);
  const auto outcome = read_all(record);
  ASSERT_EQ(outcome.updates.size(), 100u);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(outcome.updates[i].version.seq, i);
}

TEST(Record, KnowsItsTime) {
  auto record = record_of({full()});
  EXPECT_EQ(record_time(record), 77);
  set_record_time(record, -5);
  EXPECT_EQ(record_time(record), -5);
  EXPECT_EQ(read_all(record).updates.size(), 1u);
  EXPECT_EQ(record_time(""), std::nullopt);
  EXPECT_EQ(record_time(record_header(1).substr(0, 10)), std::nullopt);
  EXPECT_EQ(record_time("not a record at all"), std::nullopt);
  // A foreign writer leaves the time out when it is 0: what follows is no time.
  EXPECT_EQ(record_time("\x08\x01" + record_of({full()}).substr(11)), std::nullopt);
}

TEST(Record, RefusesWhatIsNoRecord) {
  EXPECT_EQ(read_all("").error, "record-corrupt");
  EXPECT_EQ(read_all("garbage").error, "record-corrupt");
  EXPECT_EQ(read_all(record_of({full()}).substr(2)).error, "record-corrupt");
  EXPECT_EQ(read_all(std::string("\x08\0", 2)).error, "record-corrupt");
  EXPECT_EQ(read_all(record_header(1)).error, "");
}

TEST(Record, RefusesANewerVersion) {
  auto record = record_of({full()});
  record[1] = 2;
  EXPECT_EQ(read_all(record).error, "record-too-new");
  EXPECT_TRUE(read_all(record).updates.empty());
  // Versions beyond 32 bits are newer as well.
  EXPECT_EQ(read_all("\x08\x81\x80\x80\x80\x80\x80\x01").error, "record-too-new");
}

TEST(Record, RefusesUpdatesThatCannotBeApplied) {
  const auto error_of = [](auto change) {
    Update update{.user = {"u", false}, .show = {"s", false}, .episode = {"e", false}};
    change(update);
    return read_all(record_of({update})).error;
  };
  EXPECT_EQ(error_of([](Update&) {}), "");
  EXPECT_EQ(error_of([](Update& u) { u.user = {}; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.episode = {}; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.episode = {}, u.mark = Mark::kRemoved; }), "");
  EXPECT_EQ(error_of([](Update& u) { u.episode = u.show = {}, u.mark = Mark::kRemoved; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.episode = u.show = {}, u.erase = true; }), "");
  EXPECT_EQ(error_of([](Update& u) { u.state = static_cast<State>(4); }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.mark = static_cast<Mark>(4); }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.position_ms = -1; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.position_ms = kMaxInteger + 1; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.duration_ms = -1; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.credits_at_ms = -1; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.received_ms = INT64_MAX / 2; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.version.time_ms = INT64_MIN / 2; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.show.text = std::string_view("a\0b", 3); }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.user.text = std::string_view("\0", 1); }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.episode = {"1,\"x\":2", true}; }), "record-corrupt");
  EXPECT_EQ(error_of([](Update& u) { u.next_episode = {"-", true}; }), "record-corrupt");
}

TEST(Record, ReadsWhatIsBeforeACut) {
  const auto record = record_of({full(), full(), full()});
  const auto update_bytes = (record.size() - record_header(0).size()) / 3;
  for (std::size_t size = 0; size < record.size(); ++size) {
    const auto outcome = read_all(std::string_view(record).substr(0, size));
    const auto inside = size < 11 ? 0 : (size - 11) / update_bytes;
    const bool between = size >= 11 ? (size - 11) % update_bytes == 0 : size == 2;
    EXPECT_EQ(outcome.updates.size(), inside) << size;
    EXPECT_EQ(outcome.error, between ? "" : "record-corrupt") << size;
  }
}

TEST(Record, SurvivesAnyByteChanged) {
  const auto good = record_of({full(), full()});
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      auto record = good;
      record[at] = static_cast<char>(value);
      const auto outcome = read_all(record);
      EXPECT_LE(outcome.updates.size(), 2u);
      EXPECT_TRUE(outcome.error.empty() || outcome.error.starts_with("record-")) << at << ' ' << value;
    }
  }
}

}  // namespace
}  // namespace playhead::model
