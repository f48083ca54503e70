#include "presence_fixture.h"

namespace playhead::push {
namespace {

TEST_F(PresenceTest, SaysWhatPlaysWhereAndHowFar) {
  auto update = say(State::kPlaying, 5);
  update.device = "living-room";
  update.show.integer = true;
  note(update);
  note(say(State::kPlaying, 9, "phone"));
  at(10);
  const auto sessions = presence_.sessions("ann");
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions[0].session, "phone") << "newest first";
  EXPECT_EQ(sessions[1].device, "living-room");
  EXPECT_EQ(sessions[1].show, "789");
  EXPECT_TRUE(sessions[1].show_integer);
  EXPECT_EQ(sessions[1].episode, "12");
  EXPECT_FALSE(sessions[1].episode_integer);
  EXPECT_EQ(sessions[1].position_ms, 5'000);
  EXPECT_EQ(sessions[1].state, State::kPlaying);
  EXPECT_TRUE(playing("bob").empty());
}

TEST_F(PresenceTest, WithoutASessionsIdTheDevicesServesAndElseThereIsOneAUser) {
  auto phone = say(State::kPlaying, 1, "");
  phone.device = "phone";
  note(phone);
  note(say(State::kPlaying, 2, ""));
  note(say(State::kPlaying, 3, ""));
  EXPECT_EQ(playing(), (Ids{"", "phone"}));
}

TEST_F(PresenceTest, StoppedEndsASessionInWhateverOrderItsUpdatesCome) {
  // The last two have one time: a player reports where it stopped by when it was last there.
  for (const auto last : {State::kStopped, State::kEnded}) {
    std::vector<model::Update> updates{say(State::kPlaying, 1), say(State::kPaused, 6), say(last, 6)};
    std::vector<int> order{0, 1, 2};
    do {
      Presence presence{{}, clock_};
      for (const int i : order) presence.note(updates[static_cast<std::size_t>(i)]);
      EXPECT_TRUE(presence.sessions("ann").empty());
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST_F(PresenceTest, TheOrderOfArrivalNeverDecides) {
  auto elsewhere = say(State::kPlaying, 5);
  elsewhere.episode = {"13"};
  std::vector<model::Update> updates{say(State::kPlaying, 5), say(State::kPaused, 5), elsewhere};
  std::vector<int> order{0, 1, 2};
  do {
    Presence presence{{}, clock_};
    for (const int i : order) presence.note(updates[static_cast<std::size_t>(i)]);
    ASSERT_EQ(presence.sessions("ann").size(), 1u);
    EXPECT_EQ(presence.sessions("ann")[0].state, State::kPaused);
  } while (std::ranges::next_permutation(order).found);
}

TEST_F(PresenceTest, ASessionThatStoppedMayPlayOn) {
  note(say(State::kStopped, 5));
  note(say(State::kPlaying, 8));
  EXPECT_EQ(playing(), Ids{"tv"});
}

TEST_F(PresenceTest, SilenceEndsASessionByTheTimeOfItsLastUpdate) {
  note(say(State::kPlaying, 0));
  at(30);
  EXPECT_EQ(playing(), Ids{"tv"});
  at(31);
  EXPECT_TRUE(playing().empty());
  // Received just now, but of an hour ago.
  at(3'600);
  note(say(State::kPlaying, 0, "offline"));
  EXPECT_TRUE(playing().empty());
}

TEST_F(PresenceTest, APausedSessionLastsHalfAnHour) {
  note(say(State::kPaused, 0));
  at(30 * 60);
  sweep_all();
  EXPECT_EQ(playing(), Ids{"tv"});
  at(30 * 60 + 1);
  EXPECT_TRUE(playing().empty());
  sweep_all();
  EXPECT_EQ(presence_.size(), 0u);
}

TEST_F(PresenceTest, SweepsWhatIsOverAndKeepsWhatIsNot) {
  note(say(State::kPlaying, 0, "silent"));
  note(say(State::kPlaying, 25, "tv"));
  at(40);
  sweep_all();
  EXPECT_EQ(presence_.size(), 1u);
  EXPECT_EQ(playing(), Ids{"tv"});
}

TEST_F(PresenceTest, AStragglerDoesNotReviveASessionThatWasSweptNearby) {
  // Paused long ago, stopped just now: the same time, since nothing played in between.
  at(600);
  note(say(State::kStopped, 0));
  at(620);
  sweep_all();
  note(say(State::kPaused, 0));
  EXPECT_TRUE(playing().empty());
  at(651);
  sweep_all();
  EXPECT_EQ(presence_.size(), 0u) << "remembered no longer than a straggler takes";
}

TEST_F(PresenceTest, ForgetsAUser) {
  note(say(State::kPlaying, 1, "tv"));
  note(say(State::kPlaying, 1, "phone"));
  presence_.forget("bob", kStart + 1000);
  EXPECT_EQ(presence_.size(), 2u);
  presence_.forget("ann", kStart + 1000);
  EXPECT_EQ(presence_.size(), 0u);
  note(say(State::kPlaying, 1, "late"));
  EXPECT_TRUE(playing().empty());
  note(say(State::kPlaying, 2, "new"));
  EXPECT_EQ(playing(), Ids{"new"});
}

TEST_F(PresenceTest, IgnoresMarksErasuresAndWhatIsTooOldToPlay) {
  auto mark = say(State::kPlaying, 1);
  mark.mark = model::Mark::kWatched;
  note(mark);
  note(test::erasure("ann", kStart));
  at(1'801);
  note(say(State::kPaused, 0));
  EXPECT_EQ(presence_.size(), 0u);
}

TEST_F(PresenceTest, KeepsNoMoreSessionsThanItsBound) {
  for (int i = 0; i < 20; ++i) {
    const auto user = "user " + std::to_string(i);
    auto update = say(State::kPlaying, 1);
    update.user = {user};
    note(update);
  }
  EXPECT_EQ(presence_.size(), 10u);
  EXPECT_EQ(playing("user 3"), Ids{"tv"});
  EXPECT_TRUE(playing("user 15").empty());
  auto known = say(State::kPaused, 2);
  known.user = {"user 3"};
  note(known);
  EXPECT_EQ(presence_.sessions("user 3").at(0).state, State::kPaused) << "what is known goes on";
  presence_.forget("user 3", kStart + 2000);
  note(say(State::kPlaying, 1));
  EXPECT_EQ(playing(), Ids{"tv"}) << "room again";
}

TEST_F(PresenceTest, OfOneUserKeepsTheNewestSessions) {
  for (const int i : {3, 1, 5, 2, 4, 6}) note(say(State::kPlaying, i, std::to_string(i)));
  EXPECT_EQ(playing(), (Ids{"6", "5", "4", "3"}));
  EXPECT_EQ(presence_.size(), 4u);
}

TEST_F(PresenceTest, CanBeTurnedOff) {
  Presence off({.enabled = false}, clock_);
  off.note(say(State::kPlaying, 1));
  EXPECT_EQ(off.size(), 0u);
}

}  // namespace
}  // namespace playhead::push
