#include <utility>

#include "presence_fixture.h"

namespace playhead::push {
namespace {

TEST_F(PresenceTest, CountsWhoWatchesWhat) {
  const auto& counts = presence_.watching();
  note(say(State::kPlaying, 0, "tv"));
  auto other = say(State::kPlaying, 0, "phone");
  other.user = {"bob"};
  note(other);
  other.show = {"790"};
  other.user = {"cat"};
  note(other);
  EXPECT_EQ(counts.of_episode("12"), 3u) << "of whichever show";
  EXPECT_EQ(counts.of_episode("789", "12"), 2u);
  EXPECT_EQ(counts.of_show("789"), 2u);
  EXPECT_EQ(counts.of_show("791"), 0u);
  note(say(State::kPlaying, 5, "tv"));
  EXPECT_EQ(counts.of_show("789"), 2u) << "a heartbeat is no other viewer";
  note(say(State::kPaused, 6, "tv"));
  EXPECT_EQ(counts.of_show("789"), 1u) << "paused is not watching";
  auto next = say(State::kPlaying, 7, "tv");
  next.episode = {"13"};
  note(next);
  EXPECT_EQ(counts.of_episode("12"), 2u);
  EXPECT_EQ(counts.of_episode("13"), 1u);
  next.version.time_ms += 1'000;
  next.state = State::kStopped;
  note(next);
  EXPECT_EQ(counts.of_episode("13"), 0u);
  presence_.forget("bob", kStart);
  EXPECT_EQ(counts.of_show("789"), 0u);
  at(31);
  presence_.expire_all();
  EXPECT_EQ(counts.all(), 0u) << "silence ends the last one";
}

TEST_F(PresenceTest, LiveChannelsCountAsWell) {
  auto live = say(State::kPlaying, 1);
  live.live = true;
  live.position_ms.reset();
  note(live);
  EXPECT_EQ(presence_.watching().of_episode("12"), 1u);
}

TEST_F(PresenceTest, TheCountsAreRightToTheMillisecond) {
  note(say(State::kPlaying, 0));
  note(say(State::kPlaying, 20));
  clock_.set(kStart + 50'000);
  presence_.expire_all();
  EXPECT_EQ(presence_.watching().all(), 1u);
  clock_.set(kStart + 50'001);
  presence_.expire_all();
  EXPECT_EQ(presence_.watching().all(), 0u);
  clock_.set(kStart + 100'000);
  note(say(State::kPaused, 100));
  for (int i = 0; i < 29; ++i) {
    clock_.advance(minutes(1));
    presence_.expire_all();
    EXPECT_EQ(playing(), Ids{"tv"});
  }
  note(say(State::kPlaying, 100 + 29 * 60));
  clock_.advance(seconds(31));
  presence_.expire_all();
  EXPECT_EQ(presence_.watching().all(), 0u) << "sooner than the pause would have ended";
  EXPECT_EQ(presence_.size(), 0u);
}

TEST_F(PresenceTest, AFleetThatWasSlowedDownIsNotTakenForSilent) {
  note(say(State::kPlaying, 0));
  presence_.told_interval(seconds(60));
  at(120);
  presence_.expire_all();
  EXPECT_EQ(presence_.watching().all(), 1u);
  presence_.told_interval(seconds(10));
  EXPECT_EQ(playing(), Ids{"tv"}) << "who was told a minute still waits";
  for (int i = 0; i < 1'000; ++i) presence_.told_interval(seconds(10));
  presence_.expire_all();
  EXPECT_TRUE(playing().empty());
}

TEST_F(PresenceTest, SaysWhenASessionBeginsChangesOrEnds) {
  std::vector<std::string> changed;
  presence_.on_change([&](const HashedId& user) { changed.emplace_back(user.text); });
  const auto changes = [&] { return std::exchange(changed, {}).size(); };
  note(say(State::kPlaying, 0));
  EXPECT_EQ(changes(), 1u);
  note(say(State::kPlaying, 5));
  note(say(State::kPaused, 3));
  EXPECT_EQ(changes(), 0u) << "neither by a position nor by what comes late";
  note(say(State::kPaused, 6));
  EXPECT_EQ(changes(), 1u);
  note(say(State::kStopped, 7));
  EXPECT_EQ(changes(), 1u);
  note(say(State::kPlaying, 8));
  EXPECT_EQ(changes(), 1u);
  at(40);
  presence_.expire_all();
  presence_.expire_all();
  EXPECT_EQ(changes(), 1u) << "silence, once";
  note(say(State::kPlaying, 41));
  presence_.forget("ann", kStart + 50'000);
  EXPECT_EQ(changes(), 2u);
}

}  // namespace
}  // namespace playhead::push
