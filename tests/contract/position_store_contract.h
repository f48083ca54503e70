#pragma once

// What every PositionStore promises, as a typed suite. A backend's test defines a Backend and instantiates it:
//
//   struct Backend {
//     static constexpr bool kDurable = …;  // reopen() keeps what was merged
//     PositionStore& store();              // empty at first
//     void reopen();                       // closes and opens again; only called when kDurable
//   };

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "model/item.h"
#include "store/position_store.h"
#include "support/histories.h"
#include "support/wait.h"

namespace playhead::store {

using RowMap = std::map<std::string, std::string>;

inline RowMap read_rows(PositionStore& store, Query query) {
  const auto rows = test::wait_for<Result<Rows>>([&](auto done) { store.read(std::move(query), std::move(done)); });
  EXPECT_TRUE(rows) << rows.error().detail;
  RowMap found;
  std::string last;
  for (const auto& row : *rows) {
    EXPECT_TRUE(found.empty() || last < row.row_key) << "rows out of order";
    last = row.row_key;
    found.emplace(row.row_key, row.item);
  }
  return found;
}

inline std::string item(std::int64_t time_ms, std::string_view value, model::Register id = model::Register::kResume) {
  std::string bytes;
  const auto version = model::encode_version({.time_ms = time_ms});
  model::append_register(bytes, id, std::string(version.begin(), version.end()).append(value));
  return bytes;
}

inline std::string erased(std::int64_t up_to_ms) { return item(up_to_ms, "", model::Register::kErased); }

template <class Backend>
class PositionStoreContract : public testing::Test {
 protected:
  PositionStore& store() { return backend_.store(); }
  void merge(const std::string& user, const std::string& row_key, const std::string& bytes) {
    const ItemWrite write{user, row_key, bytes};
    const auto merged = store().merge({&write, 1}, ++checkpoint_);
    ASSERT_TRUE(merged) << merged.error().detail;
  }
  void erase_user(const std::string& user, std::int64_t up_to_ms) {
    ASSERT_TRUE(store().erase(user, up_to_ms));
    merge(user, std::string(model::kUserRow), erased(up_to_ms));
  }
  RowMap all(const std::string& user) { return read_rows(store(), {.user = user}); }
  Backend backend_;
  std::uint64_t checkpoint_ = 0;
};

TYPED_TEST_SUITE_P(PositionStoreContract);

TYPED_TEST_P(PositionStoreContract, IsEmptyAtFirst) {
  EXPECT_EQ(this->store().checkpoint(), 0u);
  EXPECT_TRUE(this->all("ann").empty());
  EXPECT_TRUE(
      read_rows(this->store(), {.user = "ann", .row_prefix = model::row_key("s", "e"), .exact = true}).empty());
}

TYPED_TEST_P(PositionStoreContract, FindsAUsersRowsByKeyShowAndUser) {
  const auto in_78 = model::row_key("78", "1"), in_789 = model::row_key("789", "1"),
             no_show = model::row_key("", "9");
  const std::string own(model::kUserRow);
  for (const auto& row : {in_78, in_789, no_show}) this->merge("ann", row, item(10, row));
  this->merge("an", in_789, item(10, "other"));
  this->merge("anna", in_789, item(10, "other"));
  EXPECT_EQ(this->all("ann"),
            (RowMap{{in_78, item(10, in_78)}, {in_789, item(10, in_789)}, {no_show, item(10, no_show)}}));
  EXPECT_EQ(read_rows(this->store(), {.user = "ann", .row_prefix = in_789, .exact = true}),
            (RowMap{{in_789, item(10, in_789)}}));
  EXPECT_EQ(read_rows(this->store(), {.user = "ann", .row_prefix = model::show_prefix("78")}),
            (RowMap{{in_78, item(10, in_78)}}));

  this->merge("ann", own, erased(1));
  EXPECT_EQ(read_rows(this->store(), {.user = "ann", .row_prefix = in_789, .exact = true}),
            (RowMap{{own, erased(1)}, {in_789, item(10, in_789)}}));
  EXPECT_EQ(read_rows(this->store(), {.user = "ann", .row_prefix = model::show_prefix("78")}),
            (RowMap{{own, erased(1)}, {in_78, item(10, in_78)}}));
  EXPECT_EQ(read_rows(this->store(), {.user = "ann", .row_prefix = model::show_prefix("")}),
            (RowMap{{own, erased(1)}, {no_show, item(10, no_show)}}));
  EXPECT_EQ(read_rows(this->store(), {.user = "ann", .row_prefix = own, .exact = true}), (RowMap{{own, erased(1)}}));
  EXPECT_EQ(this->all("ann").size(), 4u);
}

TYPED_TEST_P(PositionStoreContract, KeepsTheLatestOfEachRegister) {
  const auto row = model::row_key("789", "12");
  this->merge("ann", row, item(20, "late"));
  this->merge("ann", row, item(10, "early"));
  this->merge("ann", row, item(5, "7200", model::Register::kDuration));
  auto expected = item(20, "late");
  model::merge_items(expected, item(5, "7200", model::Register::kDuration));
  EXPECT_EQ(this->all("ann"), (RowMap{{row, expected}}));
}

TYPED_TEST_P(PositionStoreContract, MovesTheCheckpointWithTheRows) {
  const std::string row = model::row_key("s", "e"), bytes = item(1, "v");
  const ItemWrite write{"ann", row, bytes};
  ASSERT_TRUE(this->store().merge({&write, 1}, 42));
  if (this->store().commit_lag()) {
    EXPECT_EQ(this->store().checkpoint(), 0u);
    return;
  }
  EXPECT_EQ(this->store().checkpoint(), 42u);
  ASSERT_TRUE(this->store().merge({}, 43));
  EXPECT_EQ(this->store().checkpoint(), 43u);
  ASSERT_TRUE(this->store().sync());
  if constexpr (TypeParam::kDurable) {
    this->backend_.reopen();
    EXPECT_EQ(this->store().checkpoint(), 43u);
    EXPECT_EQ(this->all("ann"), (RowMap{{row, bytes}}));
  }
}

TYPED_TEST_P(PositionStoreContract, SkipsMalformedItems) {
  const auto row = model::row_key("s", "e");
  this->merge("ann", row, item(1, "good"));
  this->merge("ann", row, "\x01\x7Fshort");
  this->merge("ann", model::row_key("s", "f"), "nonsense");
  EXPECT_EQ(this->all("ann"), (RowMap{{row, item(1, "good")}}));
}

TYPED_TEST_P(PositionStoreContract, AnErasureTakesWhatItCoversAndNothingElse) {
  const auto covered = model::row_key("s", "1"), mixed = model::row_key("s", "2"), later = model::row_key("s", "3");
  this->merge("ann", covered, item(100, "x"));
  auto both = item(100, "old");
  model::merge_items(both, item(101, "new", model::Register::kPlayed));
  this->merge("ann", mixed, both);
  this->merge("ann", later, item(200, "x"));
  this->merge("bob", covered, item(1, "bob's"));
  this->erase_user("ann", 100);
  EXPECT_EQ(this->all("ann"), (RowMap{{std::string(model::kUserRow), erased(100)},
                                      {mixed, item(101, "new", model::Register::kPlayed)},
                                      {later, item(200, "x")}}));
  EXPECT_EQ(this->all("bob").size(), 1u);
}

TYPED_TEST_P(PositionStoreContract, LateUploadsAfterAnErasureBringNothingBack) {
  const auto row = model::row_key("s", "1");
  this->merge("ann", row, item(100, "x"));
  this->erase_user("ann", 100);
  if constexpr (TypeParam::kDurable) this->backend_.reopen();
  this->merge("ann", row, item(99, "late"));
  this->merge("ann", model::row_key("s", "2"), item(100, "late"));
  const RowMap only_the_erasure{{std::string(model::kUserRow), erased(100)}};
  EXPECT_EQ(this->all("ann"), only_the_erasure);
  this->merge("ann", row, item(101, "after"));
  EXPECT_EQ(this->all("ann").at(row), item(101, "after"));
  this->merge("bob", row, item(50, "not erased"));
  EXPECT_EQ(this->all("bob").size(), 1u);
}

TYPED_TEST_P(PositionStoreContract, AnErasureHoldsWithinItsOwnBatch) {
  const std::string row = model::row_key("s", "1"), own(model::kUserRow), old = item(100, "x"), up_to = erased(100);
  const std::vector<ItemWrite> batch{{"ann", row, old}, {"ann", own, up_to}, {"ann", row, old}};
  ASSERT_TRUE(this->store().merge(batch, 1));
  EXPECT_EQ(this->all("ann"), (RowMap{{own, up_to}}));
}

TYPED_TEST_P(PositionStoreContract, RemovesWholeRows) {
  const auto gone = model::row_key("s", "1"), stays = model::row_key("s", "2");
  this->merge("ann", gone, item(100, "x"));
  this->merge("ann", stays, item(100, "x"));
  const std::vector<std::string> rows{gone, model::row_key("never", "there")};
  ASSERT_TRUE(this->store().remove("ann", rows));
  EXPECT_EQ(this->all("ann"), (RowMap{{stays, item(100, "x")}}));
  this->merge("ann", gone, item(101, "anew"));
  EXPECT_EQ(this->all("ann").at(gone), item(101, "anew"));
}

TYPED_TEST_P(PositionStoreContract, AnswersAUserOfTwentyThousandItems) {
  std::vector<std::string> rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back(model::row_key(std::to_string(i / 100), std::to_string(i)));
  const auto bytes = item(1, std::string(60, 'v'));
  std::vector<ItemWrite> writes;
  for (const auto& row : rows) writes.push_back({"ann", row, bytes});
  ASSERT_TRUE(this->store().merge(writes, 1));
  const auto found = this->all("ann");
  EXPECT_EQ(found.size(), rows.size());
  for (const auto& row : rows) ASSERT_EQ(found.at(row), bytes);
}

TYPED_TEST_P(PositionStoreContract, ReadersBesideTheWriterSeeWholeBatches) {
  const auto first = model::row_key("s", "1"), second = model::row_key("s", "2");
  std::jthread writer([&] {
    for (std::int64_t i = 1; i <= 500; ++i) {
      const auto bytes = item(i, std::to_string(i));
      const std::vector<ItemWrite> batch{{"ann", first, bytes}, {"ann", second, bytes}};
      ASSERT_TRUE(this->store().merge(batch, static_cast<std::uint64_t>(i)));
    }
  });
  for (RowMap rows; rows.empty() || rows.at(first) != item(500, "500");) {
    rows = this->all("ann");
    ASSERT_TRUE(rows.empty() || rows.at(first) == rows.at(second));
  }
}

// Any order, any repetition and any split into batches, with erasures anywhere among them, give the same bytes.
TYPED_TEST_P(PositionStoreContract, AnyOrderAndSplitGivesTheSameBytes) {
  int run = 0;
  test::check_histories([&](const test::History& history) {
    // Each run has users of its own, since opening an empty store for each would take most of the time.
    const std::string realm = std::to_string(++run) + "~";
    const auto middle = history.acts.begin() + static_cast<std::ptrdiff_t>(history.acts.size() / 2);
    test::play({{history.acts.begin(), middle}, history.batch}, realm, this->store());
    if constexpr (TypeParam::kDurable) {
      if (run % 16 == 0) this->backend_.reopen();
    }
    test::play({{middle, history.acts.end()}, history.batch}, realm, this->store());
    RowMap found;
    for (const std::string user : test::kUsers) {
      for (auto& [key, bytes] : this->all(realm + user)) found[user + "/" + key] = bytes;
    }
    return found;
  });
}

REGISTER_TYPED_TEST_SUITE_P(PositionStoreContract, IsEmptyAtFirst, FindsAUsersRowsByKeyShowAndUser,
                            KeepsTheLatestOfEachRegister, MovesTheCheckpointWithTheRows, SkipsMalformedItems,
                            AnErasureTakesWhatItCoversAndNothingElse, LateUploadsAfterAnErasureBringNothingBack,
                            AnErasureHoldsWithinItsOwnBatch, RemovesWholeRows, AnswersAUserOfTwentyThousandItems,
                            ReadersBesideTheWriterSeeWholeBatches, AnyOrderAndSplitGivesTheSameBytes);

}  // namespace playhead::store
