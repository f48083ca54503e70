// Same updates, same state: whatever the order, the repetition, the batches and the number of appliers.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "unit/model/generators.h"

namespace playhead::model {
namespace {

using namespace test;

rc::Gen<Ordering> any_ordering() { return rc::gen::element(Ordering::kTimestamp, Ordering::kCounter); }

// Several appliers take the updates in turn, each in batches of its own; what they have is merged at the end. With
// `forget`, an erasure also deletes what the applier has by then, as the view and the stores do.
Rows applied_by_many(const std::vector<Update>& updates, unsigned seed, bool forget) {
  std::mt19937 random(seed);
  std::vector<Rows> appliers(1 + random() % 4);
  std::vector<Rows> batches(appliers.size());
  for (const auto& update : updates) {
    const auto who = random() % appliers.size();
    batches[who].apply(update);
    if (update.erase && forget) {
      appliers[who].drop_up_to(update.version);
      batches[who].drop_up_to(update.version);
    }
    if (random() % 3 == 0) {
      appliers[who].merge(batches[who]);
      batches[who] = {};
    }
  }
  for (const auto& batch : batches) appliers.push_back(batch);
  std::ranges::shuffle(appliers, random);
  Rows all;
  for (const auto& applier : appliers) all.merge(applier);
  return all;
}

RC_GTEST_PROP(Merge, AnyOrderBatchesAndAppliersGiveTheSameBytes, ()) {
  const auto updates = *any_updates(*any_ordering());
  const auto seed = *rc::gen::arbitrary<unsigned>();
  Rows straight;
  for (const auto& update : updates) straight.apply(update);
  auto stirred_up = applied_by_many(stirred(updates, seed), seed, false);
  RC_ASSERT(straight.map() == stirred_up.map());
  RC_ASSERT(answers(straight.history()) == answers(stirred_up.history()));
}

RC_GTEST_PROP(Merge, ItMakesNoDifferenceWhenAnErasureDeletes, ()) {
  const auto updates = *any_updates(*any_ordering());
  const auto seed = *rc::gen::arbitrary<unsigned>();
  Rows kept;
  for (const auto& update : updates) kept.apply(update);
  auto deleted = applied_by_many(stirred(updates, seed), seed, true);
  RC_ASSERT(answers(kept.history()) == answers(deleted.history()));
}

// Any well-formed item, registers of a newer program included.
std::string any_item() {
  std::string item;
  for (int id = 1; id < 12; ++id) {
    if (*rc::gen::inRange(0, 2) == 0) continue;
    const auto version = encode_version({.counter = *rc::gen::inRange<std::uint64_t>(0, 2),
                                         .time_ms = *rc::gen::inRange<std::int64_t>(-2, 2),
                                         .seq = *rc::gen::inRange<std::uint64_t>(0, 2)});
    const auto value = *rc::gen::container<std::string>(rc::gen::element('\0', '\x7F', '\x80', '\xFF'));
    append_register(item, static_cast<Register>(id), std::string(version.begin(), version.end()) + value);
  }
  return item;
}

std::string merged(std::string a, std::string_view b) {
  const auto before = a;
  const bool changed = merge_items(a, b);
  RC_ASSERT(changed == (a != before));
  return a;
}

RC_GTEST_PROP(Merge, IsCommutativeAssociativeAndIdempotent, ()) {
  const auto a = any_item(), b = any_item(), c = any_item();
  RC_ASSERT(merged(a, b) == merged(b, a));
  RC_ASSERT(merged(merged(a, b), c) == merged(a, merged(b, c)));
  RC_ASSERT(merged(merged(a, b), a) == merged(a, b));
  RC_ASSERT(merged(merged(a, b), b) == merged(a, b));
  RC_ASSERT(merged(a, "") == a);
  RC_ASSERT(merged("", a) == a);
}

RC_GTEST_PROP(Merge, KeepsTheGreatestOfEachRegister, ()) {
  const std::vector<std::string> items{any_item(), any_item(), any_item()};
  std::map<Register, std::string> greatest;
  std::string item;
  for (const auto& other : items) {
    merge_items(item, other);
    for (RegisterCursor cursor(other); cursor; cursor.next()) {
      auto& blob = greatest[cursor.id()];
      blob = std::max(blob, std::string(cursor.blob()));
    }
  }
  RC_ASSERT(valid_item(item));
  std::string expected;
  for (const auto& [id, blob] : greatest) append_register(expected, id, blob);
  RC_ASSERT(item == expected);
}

RC_GTEST_PROP(Merge, IsAsIfDroppedBeforeOrAfter, ()) {
  const auto a = any_item(), b = any_item();
  const Version limit{.counter = *rc::gen::inRange<std::uint64_t>(0, 2),
                      .time_ms = *rc::gen::inRange<std::int64_t>(-2, 2)};
  RC_ASSERT(drop_up_to(merged(a, b), limit) == drop_up_to(merged(drop_up_to(a, limit), drop_up_to(b, limit)), limit));
  RC_ASSERT(drop_up_to(merged(a, b), limit) == merged(drop_up_to(a, limit), drop_up_to(b, limit)));
}

// What the design says of one episode's resume point, without registers: sort by version, take the last.
std::optional<std::int64_t> last_position(std::vector<Update> updates, std::string_view show, std::string_view id) {
  std::ranges::sort(updates, {}, &Update::version);
  std::optional<std::int64_t> position;
  for (const auto& update : updates) {
    if (update.erase) {
      position.reset();
    } else if (update.show.text == show && update.episode.text == id) {
      if (update.eligible) position = update.position_ms;
      if (update.mark == Mark::kRemoved) position.reset();
    }
  }
  return position;
}

RC_GTEST_PROP(Merge, TheLatestValidUpdateWins, ()) {
  const auto ordering = *any_ordering();
  auto updates = *distinct_updates(ordering);
  // An erasure is of the end of its millisecond, and what is older by the clock alone has a property of its own.
  std::erase_if(updates, [](const Update& u) { return u.erase; });
  // Else the position answered may be cut to a duration that came before or after it.
  for (auto& update : updates) update.duration_ms.reset();
  if (ordering == Ordering::kTimestamp) {
    const Update erase = erasure({"ann", false}, *rc::gen::inRange<std::int64_t>(0, 40), 0);
    std::erase_if(updates, [&](const Update& u) { return u.version.time_ms == erase.version.time_ms; });
    updates.push_back(erase);
  }
  Rows rows;
  for (const auto& update : stirred(updates, *rc::gen::arbitrary<unsigned>())) rows.apply(update);
  const auto history = rows.history();
  for (const auto* show : {"", "10", "11"}) {
    for (const auto* id : {"1", "2", "3"}) {
      const auto answer = history.resume(show, id);
      const auto position = answer && answer->has_position ? std::optional(answer->position_ms) : std::nullopt;
      RC_ASSERT(position == last_position(updates, show, id));
    }
  }
}

RC_GTEST_PROP(Erasure, LeavesNothingUpToItsTime, ()) {
  const auto updates = *any_updates(*any_ordering());
  Rows rows;
  for (const auto& update : updates) rows.apply(update);
  const auto history = rows.history();
  const auto limit = history.erased_up_to().value_or(-1);
  for (const auto& episode : history.episodes(100, {}, 0)) RC_ASSERT(episode.updated.time_ms > limit);
  for (const auto& card : history.continue_watching(100, {})) {
    RC_ASSERT(card.version.time_ms > limit);
    RC_ASSERT(!card.state || card.state->updated.time_ms > limit);
  }
  const auto answer = history.resume({}, {});
  RC_ASSERT(!answer || answer->updated.time_ms > limit);
}

RC_GTEST_PROP(Erasure, IsAsIfNothingBeforeHadBeenSent, ()) {
  const auto updates = *any_updates(Ordering::kTimestamp);
  const auto erase = erased(*rc::gen::inRange<std::int64_t>(0, 40));
  Rows all{erase}, after{erase};
  for (const auto& update : updates) {
    if (update.erase) continue;
    all.apply(update);
    if (update.version.time_ms > erase.version.time_ms) after.apply(update);
  }
  RC_ASSERT(answers(all.history()) == answers(after.history()));
}

}  // namespace
}  // namespace playhead::model
