#include "push/hub.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/item.h"
#include "support/updates.h"

namespace playhead::push {
namespace {

constexpr std::int64_t kStart = 1'000'000;

// State that answers when it is told to, as it was when it was asked or as it is by then.
class ScriptedState final : public UserState {
 public:
  void read(std::string user, std::optional<std::string> row_key, Done done) override {
    waiting.push_back([this, rows = rows_of(user), user, row_key = std::move(row_key), done = std::move(done)](
                          bool fails, bool fresh) mutable {
      if (fails) return done(fail("store-unavailable", "away"));
      const auto now = fresh ? rows_of(user) : rows;
      std::vector<model::RowView> views;
      for (const auto& [key, item] : now) {
        if (!row_key || key == *row_key || key == model::kUserRow) views.push_back({key, item});
      }
      done(Rows{.rows = views});
    });
    if (answers_at_once) answer();
  }
  std::vector<SessionNow> sessions(const HashedId&) override { return live; }

  void answer(bool fails = false, bool fresh = false) {
    for (auto& one : std::exchange(waiting, {})) one(fails, fresh);
  }
  void merge(const model::Update& update) {
    const auto row = test::row_of(update);
    if (!row.item.empty()) model::merge_items(rows[std::string(update.user.text)][row.row_key], row.item);
  }

  bool answers_at_once = true;
  std::vector<std::move_only_function<void(bool, bool)>> waiting;
  std::map<std::string, std::map<std::string, std::string>> rows;
  std::vector<SessionNow> live;

 private:
  std::map<std::string, std::string> rows_of(const std::string& user) { return rows[user]; }
};

struct Screen final : Subscriber {
  void deliver(std::uint64_t, const EventPtr& event) override { events.push_back(event); }
  std::vector<EventKind> kinds() const {
    std::vector<EventKind> kinds;
    for (const auto& event : events) kinds.push_back(event->kind);
    return kinds;
  }
  // Where the newest event says that an episode is.
  std::int64_t position() const { return position_of(events.back()->rows.front()); }
  static std::int64_t position_of(const EventRow& row) {
    return model::decode_position(model::find_register(row.item, model::Register::kResume)).position_ms;
  }
  std::vector<EventPtr> events;
};

struct HubTest : testing::Test {
  // What an applier does.
  void apply(const model::Update& update) {
    state.merge(update);
    hub.note(update, update.user.text, test::row_of(update));
  }
  void play(std::int64_t at_s, std::int64_t position_ms, std::string_view episode = "12") {
    apply(test::position("ann", episode, kStart + at_s * 1000, position_ms));
  }
  std::shared_ptr<Screen> follow(std::string_view user = "ann") {
    auto screen = std::make_shared<Screen>();
    id = hub.subscribe(user, screen, 1).value();
    return screen;
  }

  ScriptedState state;
  Hub hub{state, {.followers_per_user = 3}};
  SubscriptionId id = 0;
};

using Kinds = std::vector<EventKind>;
constexpr auto kSnapshot = EventKind::kSnapshot, kProgress = EventKind::kProgress;

TEST_F(HubTest, BeginsWithTheNewestItemsAndThenTellsWhatChanges) {
  for (int i = 0; i < 60; ++i) state.merge(test::position("ann", std::to_string(i), kStart + i, i));
  const auto screen = follow();
  ASSERT_EQ(screen->kinds(), Kinds{kSnapshot});
  ASSERT_EQ(screen->events[0]->rows.size(), 50u);
  EXPECT_EQ(Screen::position_of(screen->events[0]->rows[0]), 59) << "newest first";
  play(1, 7'000);
  play(2, 8'000);
  EXPECT_EQ(screen->kinds(), (Kinds{kSnapshot, kProgress, kProgress}));
  EXPECT_EQ(screen->position(), 8'000);
  EXPECT_EQ(screen->events[1]->user, "ann");
}

TEST_F(HubTest, WhatLosesIsNotTold) {
  play(100, 28 * 60'000);
  const auto screen = follow();
  play(50, 5'000);
  EXPECT_EQ(screen->kinds(), Kinds{kSnapshot}) << "a week-old upload must not ask for continuing there";
  play(101, 29 * 60'000);
  play(60, 6'000);
  play(101, 29 * 60'000);
  EXPECT_EQ(screen->kinds(), (Kinds{kSnapshot, kProgress})) << "nor with the item in memory, nor a repetition";
  EXPECT_EQ(hub.counts().unchanged, 3u);
}

TEST_F(HubTest, APositionThatNobodySeesIsNotTold) {
  play(1, 600'000);
  const auto screen = follow();
  auto failed_start = test::position("ann", "12", kStart + 5'000, 0);
  failed_start.eligible = false;
  apply(failed_start);
  play(6, 601'000);
  failed_start.version.time_ms += 5'000;
  apply(failed_start);
  EXPECT_EQ(screen->kinds(), (Kinds{kSnapshot, kProgress}));
}

TEST_F(HubTest, NothingIsMissedWhileTheStateIsRead) {
  state.answers_at_once = false;
  play(1, 1'000);
  const auto screen = follow();
  play(2, 2'000);  // asked for before it, answered after
  play(3, 3'000, "13");
  EXPECT_TRUE(screen->events.empty());
  state.answer();
  ASSERT_EQ(screen->kinds(), Kinds{kSnapshot});
  ASSERT_EQ(screen->events[0]->rows.size(), 2u);
  EXPECT_EQ(Screen::position_of(screen->events[0]->rows[1]), 2'000);
  play(4, 4'000);
  play(5, 5'000);
  state.answer(false, true);
  EXPECT_EQ(screen->position(), 5'000) << "both in one, since the item was being read";
  EXPECT_EQ(screen->kinds(), (Kinds{kSnapshot, kProgress}));
}

TEST_F(HubTest, ReadsThatFailAreMadeGoodByAnotherSnapshot) {
  state.answers_at_once = false;
  play(1, 1'000);
  const auto screen = follow();
  state.answer(true);
  EXPECT_TRUE(screen->events.empty());
  hub.retry();
  state.answer();
  EXPECT_EQ(screen->kinds(), Kinds{kSnapshot});
  play(2, 2'000);
  state.answer(true);
  play(3, 3'000);
  hub.retry();
  state.answer();
  EXPECT_EQ(screen->kinds(), (Kinds{kSnapshot, kSnapshot}));
  EXPECT_EQ(screen->position(), 3'000);
  EXPECT_EQ(hub.counts().failed_reads, 2u);
}

TEST_F(HubTest, AnAnswerToWhoLeftIsNotTakenForTheNextOnes) {
  state.answers_at_once = false;
  play(1, 1'000);
  follow();
  auto old_read = std::move(state.waiting);
  state.waiting.clear();
  hub.unsubscribe("ann", id);
  play(2, 2'000);  // nobody notes it
  const auto screen = follow();
  for (auto& read : old_read) read(false, false);
  EXPECT_TRUE(screen->events.empty()) << "it knows nothing of what came between";
  state.answer();
  EXPECT_EQ(screen->position(), 2'000);
}

TEST_F(HubTest, AnUploadOfManyItemsIsOneSnapshot) {
  state.answers_at_once = false;
  const auto screen = follow();
  state.answer();
  for (int i = 0; i < 300; ++i) play(i, i, std::to_string(i));
  state.answer(false, true);
  EXPECT_EQ(screen->kinds(), (Kinds{kSnapshot, kSnapshot}));
  EXPECT_EQ(screen->position(), 299);
}

TEST_F(HubTest, MarksAndRemovalsAreToldAsSuch) {
  play(1, 600'000);
  const auto screen = follow();
  auto mark = test::position("ann", "12", kStart + 5'000);
  mark.position_ms.reset();
  mark.device = "web";
  mark.mark = model::Mark::kWatched;
  apply(mark);
  auto removal = mark;
  removal.version.time_ms += 1'000;
  removal.mark = model::Mark::kRemoved;
  removal.show.integer = true;
  apply(removal);
  auto hide = removal;
  hide.episode = {};
  hide.version.time_ms += 1'000;
  apply(hide);
  apply(test::erasure("ann", kStart + 10'000));
  ASSERT_EQ(screen->kinds(),
            (Kinds{kSnapshot, EventKind::kMark, EventKind::kRemoved, EventKind::kRemoved, EventKind::kRemoved}));
  EXPECT_EQ(screen->events[1]->device, "web");
  EXPECT_EQ(screen->events[2]->show, "789");
  EXPECT_TRUE(screen->events[2]->show_integer);
  EXPECT_EQ(screen->events[2]->episode, "12");
  EXPECT_EQ(screen->events[3]->show, "789");
  EXPECT_EQ(screen->events[3]->episode, "");
  EXPECT_EQ(screen->events[4]->show, "") << "everything";
  play(9, 1'000);
  EXPECT_EQ(screen->events.size(), 5u) << "erased, and so are late uploads";
  play(11, 1'000);
  EXPECT_EQ(screen->kinds().back(), kProgress);
}

TEST_F(HubTest, SessionsThatBeginChangeAndEnd) {
  const auto screen = follow();
  state.live = {{.session = "tv", .show = "789", .episode = "12"}};
  hub.sessions_changed(std::string_view("ann"));
  state.live[0].position_ms = 5'000;
  hub.sessions_changed(std::string_view("ann"));
  state.live[0].state = model::State::kPaused;
  hub.sessions_changed(std::string_view("ann"));
  EXPECT_EQ(follow()->events[0]->sessions.size(), 1u) << "who comes later finds it in the snapshot";
  state.live.clear();
  hub.sessions_changed(std::string_view("ann"));
  EXPECT_EQ(screen->kinds(),
            (Kinds{kSnapshot, EventKind::kSessionStarted, EventKind::kSessionChanged, EventKind::kSessionEnded}));
  EXPECT_EQ(screen->events[3]->sessions[0].state, model::State::kStopped);
}

TEST_F(HubTest, TellsOnlyWhoFollowsAndOnlyWhileTheyDo) {
  EXPECT_FALSE(hub.watching());
  const auto ann = follow();
  const auto first = id;
  const auto bob = follow("bob");
  EXPECT_TRUE(hub.watching());
  play(1, 1'000);
  EXPECT_EQ(ann->events.size(), 2u);
  EXPECT_EQ(bob->events.size(), 1u);
  hub.unsubscribe("ann", first);
  hub.unsubscribe("ann", first);
  play(2, 2'000);
  EXPECT_EQ(ann->events.size(), 2u);
  hub.unsubscribe("bob", id);
  EXPECT_FALSE(hub.watching());
  EXPECT_EQ(hub.counts().users, 0u);
}

TEST_F(HubTest, BoundsWhoFollowsOneUser) {
  for (int i = 0; i < 3; ++i) follow();
  EXPECT_EQ(hub.subscribe("ann", std::make_shared<Screen>(), 1).error().code, "too-many-subscribers");
  hub.unsubscribe("ann", id);
  follow();
}

TEST_F(HubTest, TheItemsThatItKeepsAreBoundedAndOthersAreReadAgain) {
  const auto screen = follow();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 40; ++i) play(round * 100 + i, 1'000 * round + i, std::to_string(i));
  }
  EXPECT_EQ(screen->events.size(), 81u);
  play(3, 3, "3");  // long past
  EXPECT_EQ(screen->events.size(), 81u);
}

}  // namespace
}  // namespace playhead::push
