#include "server/api/outbox.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "model/item.h"
#include "server/api/push_desk.h"

namespace playhead::server::api {
namespace {

using push::Event;
using push::EventKind;

push::EventPtr progress(std::string_view episode, std::string_view item = "item") {
  return std::make_shared<const Event>(
      Event{.kind = EventKind::kProgress, .rows = {{model::row_key("789", episode), std::string(item)}}});
}
push::EventPtr session(EventKind kind, std::string_view id) {
  return std::make_shared<const Event>(Event{.kind = kind, .sessions = {{.session = std::string(id)}}});
}
push::EventPtr removed(std::string_view show, std::string_view episode) {
  return std::make_shared<const Event>(
      Event{.kind = EventKind::kRemoved, .show = std::string(show), .episode = std::string(episode)});
}
push::EventPtr snapshot() { return std::make_shared<const Event>(); }

struct Owner final : OutboxOwner {
  void on_pushed() override { ++pushed; }
  int pushed = 0;
};

struct OutboxTest : testing::Test {
  OutboxTest() {
    desk.attach([this](unsigned, std::move_only_function<void()> task) { posted.push_back(std::move(task)); });
    outbox->set_owner(&owner);
  }
  void run() {
    for (auto& task : std::exchange(posted, {})) task();
  }
  std::vector<push::EventPtr> take(std::size_t at_most = 100) {
    std::vector<push::EventPtr> events;
    for (const auto& item : outbox->take(at_most)) events.push_back(item.event);
    return events;
  }

  std::vector<std::move_only_function<void()>> posted;
  PushDesk desk{0};
  Owner owner;
  std::shared_ptr<Outbox> outbox = std::make_shared<Outbox>(desk, 4'000);
};

using Events = std::vector<push::EventPtr>;

TEST_F(OutboxTest, ANewerStateOfAThingReplacesTheOlder) {
  const auto first = progress("12"), second = progress("12"), other = progress("13");
  const auto begins = session(EventKind::kSessionStarted, "tv"), ends = session(EventKind::kSessionEnded, "tv");
  for (const auto& event : {first, other, begins, second, ends}) outbox->deliver(1, event);
  EXPECT_EQ(take(), (Events{other, second, ends}));
}

TEST_F(OutboxTest, ButNotThatOfAnotherUser) {
  const auto ann = progress("12"), bob = progress("12");
  outbox->deliver(1, ann);
  outbox->deliver(2, bob);
  EXPECT_EQ(take(), (Events{ann, bob}));
}

TEST_F(OutboxTest, ASnapshotReplacesEverythingAndARemovalWhatItRemoves) {
  const auto snap = snapshot(), gone = removed("789", "12"), stays = progress("13"), all = removed("", "");
  outbox->deliver(1, progress("12"));
  outbox->deliver(1, session(EventKind::kSessionStarted, "tv"));
  outbox->deliver(1, snap);
  outbox->deliver(1, progress("12"));
  outbox->deliver(1, stays);
  outbox->deliver(1, gone);
  EXPECT_EQ(take(), (Events{snap, stays, gone}));
  outbox->deliver(1, snap);
  outbox->deliver(1, stays);
  outbox->deliver(1, all);
  EXPECT_EQ(take(), (Events{snap, all})) << "who has subscribed waits for the snapshot";
}

TEST_F(OutboxTest, HeartbeatsOfAFewItemsNeverFillIt) {
  for (int i = 0; i < 100'000; ++i) outbox->deliver(1, progress(i % 2 == 0 ? "12" : "13"));
  EXPECT_FALSE(outbox->overflowed());
  EXPECT_EQ(take().size(), 2u);
}

TEST_F(OutboxTest, TooManyThingsDo) {
  for (int i = 0; i < 100; ++i) outbox->deliver(1, progress(std::to_string(i)));
  EXPECT_TRUE(outbox->overflowed());
  EXPECT_EQ(posted.size(), 1u);
  EXPECT_TRUE(take().empty()) << "and take no memory from then on";
  outbox->deliver(1, progress("12"));
  EXPECT_TRUE(take().empty());
}

TEST_F(OutboxTest, OfAnOverflowItsOwnerHearsThoughItDidNotTake) {
  outbox->deliver(1, progress("0"));
  run();
  for (int i = 0; i < 100; ++i) outbox->deliver(1, progress(std::to_string(i)));
  run();
  EXPECT_EQ(owner.pushed, 2);
}

TEST_F(OutboxTest, ItsOwnerIsToldOnceUntilItTakes) {
  outbox->deliver(1, progress("1"));
  outbox->deliver(1, progress("2"));
  EXPECT_EQ(posted.size(), 1u);
  run();
  EXPECT_EQ(owner.pushed, 1);
  EXPECT_EQ(take(1).size(), 1u);
  EXPECT_EQ(take(1).size(), 1u);
  outbox->deliver(1, progress("3"));
  outbox->set_owner(nullptr);
  run();
  EXPECT_EQ(owner.pushed, 1) << "it has gone";
}

TEST_F(OutboxTest, ManyOutboxesAreOneHandOver) {
  const auto other = std::make_shared<Outbox>(desk, 4'000);
  other->set_owner(&owner);
  outbox->deliver(1, progress("1"));
  other->deliver(1, progress("1"));
  EXPECT_EQ(posted.size(), 1u);
  run();
  EXPECT_EQ(owner.pushed, 2);
  other->set_owner(nullptr);
}

TEST_F(OutboxTest, WhatASubscriptionLeftIsDropped) {
  const auto stays = progress("12");
  outbox->deliver(1, progress("12"));
  outbox->deliver(2, stays);
  outbox->drop(1);
  EXPECT_EQ(take(), Events{stays});
}

}  // namespace
}  // namespace playhead::server::api
