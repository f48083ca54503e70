#include "support/histories.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

#include "model/item.h"

namespace playhead::test {
namespace {

using State = std::map<std::string, std::string>;

std::string register_blob(const model::Version& version, std::string_view value) {
  const auto bytes = model::encode_version(version);
  return std::string(bytes.begin(), bytes.end()).append(value);
}

// Few values on purpose, so that keys, versions and erasures meet.
rc::Gen<Act> any_act() {
  return rc::gen::exec([] {
    Act act;
    act.user = *rc::gen::element<std::string>(kUsers[0], kUsers[1]);
    const auto time_ms = *rc::gen::inRange<std::int64_t>(1, 8);
    if (*rc::gen::inRange(0, 8) == 0) {
      act.erase_up_to = time_ms;
      return act;
    }
    act.row_key =
        model::row_key(*rc::gen::element<std::string>("", "7", "78"), *rc::gen::element<std::string>("1", "2"));
    const auto value = *rc::gen::element<std::string>("", "a", "b");
    const model::Version version{.time_ms = time_ms, .seq = *rc::gen::inRange<std::uint64_t>(0, 3)};
    const auto id = *rc::gen::element(model::Register::kResume, model::Register::kPlayed, model::Register::kHidden);
    model::append_register(act.item, id, register_blob(version, value));
    return act;
  });
}

std::string user_row(std::int64_t up_to_ms) {
  std::string item;
  model::append_register(item, model::Register::kErased, register_blob({.time_ms = up_to_ms}, ""));
  return item;
}

// The plain reading of the promise: the greatest of each register among what no erasure covers.
State meaning(const std::vector<Act>& acts) {
  std::map<std::string, std::int64_t> erased;
  for (const auto& act : acts) {
    if (act.erase_up_to) erased[act.user] = std::max(erased[act.user], *act.erase_up_to);
  }
  State state;
  for (const auto& act : acts) {
    if (act.erase_up_to) continue;
    const auto kept = erased.contains(act.user) ? model::drop_up_to(act.item, erased[act.user]) : act.item;
    if (!kept.empty()) model::merge_items(state[act.user + "/" + act.row_key], kept);
  }
  for (const auto& [user, up_to] : erased) state[user + "/" + std::string(model::kUserRow)] = user_row(up_to);
  return state;
}

// The same acts in another order, some of them twice, in other batches.
History variant(const std::vector<Act>& acts) {
  History history{acts, *rc::gen::inRange<std::size_t>(1, 9)};
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  std::ranges::copy_if(acts, std::back_inserter(history.acts), [&](const Act&) { return random() % 3 == 0; });
  std::ranges::shuffle(history.acts, random);
  return history;
}

}  // namespace

void play(const History& history, const std::string& realm, store::PositionStore& store) {
  std::vector<Act> pending;
  std::uint64_t checkpoint = 0;
  const auto flush = [&] {
    std::vector<store::ItemWrite> writes;
    for (const auto& act : pending) writes.push_back({act.user, act.row_key, act.item});
    ASSERT_TRUE(store.merge(writes, ++checkpoint));
    pending.clear();
  };
  for (auto act : history.acts) {
    act.user.insert(0, realm);
    if (act.erase_up_to) {
      flush();
      ASSERT_TRUE(store.erase(act.user, *act.erase_up_to));
      pending.push_back({act.user, std::string(model::kUserRow), user_row(*act.erase_up_to), {}});
    } else {
      pending.push_back(act);
    }
    if (pending.size() >= history.batch) flush();
  }
  flush();
}

void check_histories(const std::function<State(const History&)>& play_anew) {
  const bool held = rc::check("any order and split of a history gives the same bytes", [&] {
    const auto acts = *rc::gen::container<std::vector<Act>>(any_act());
    const auto expected = meaning(acts);
    for (int i = 0; i < 2; ++i) RC_ASSERT(play_anew(variant(acts)) == expected);
  });
  EXPECT_TRUE(held);
}

}  // namespace playhead::test
