#include "apply/reader.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "apply/applier.h"
#include "log/memory/memory_log.h"
#include "support/faulty_store.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::apply {
namespace {

using test::position;
using test::row_of;
using test::RowMap;
using Call = test::FaultyStore::Call;
using Fault = test::FaultyStore::Fault;

struct ReaderTest : testing::Test {
  void commit(std::initializer_list<model::Update> updates) {
    for (const auto& update : updates) {
      ASSERT_TRUE(applier_.apply(view_.applied(), test::record_of({update})));
    }
  }
  RowMap read(store::Query query, std::size_t max_items = 1'000) {
    auto rows = try_read(std::move(query), max_items);
    EXPECT_TRUE(rows) << rows.error().detail;
    return rows.value_or(RowMap{});
  }
  Result<RowMap> try_read(store::Query query, std::size_t max_items = 1'000) {
    Reader reader(view_, store_, flusher_, max_items);
    auto rows = test::wait_for<Result<UserRows>>([&](auto done) { reader.read(std::move(query), std::move(done)); });
    if (!rows) return std::unexpected(rows.error());
    RowMap map;
    std::string last;
    for (const auto& row : rows->rows()) {
      EXPECT_TRUE(map.empty() || last < row.row_key) << "in key order, each once";
      last = row.row_key;
      map.emplace(row.row_key, row.item);
    }
    return map;
  }
  static RowMap rows_of(std::initializer_list<model::Update> updates) {
    RowMap map;
    for (const auto& update : updates) {
      const auto row = row_of(update);
      model::merge_items(map[row.row_key], row.item);
    }
    return map;
  }

  ManualClock clock_{1'000};
  log::MemoryLog log_{clock_};
  test::FaultyStore store_;
  View view_{4};
  push::Presence presence_{{}, clock_};
  Stats stats_;
  Applier applier_{view_, presence_, stats_};
  Flusher flusher_{view_, store_, log_, presence_, stats_, clock_, {}};
};

TEST_F(ReaderTest, MergesTheViewOverTheStore) {
  auto known_duration = position("ann", "2", 5);
  known_duration.duration_ms = 60'000;
  commit({position("ann", "1", 10), known_duration, position("ann", "3", 10)});
  ASSERT_TRUE(flusher_.flush_all());
  commit({position("ann", "0", 20), position("ann", "2", 20), position("ann", "3", 9), position("ann", "4", 20)});
  EXPECT_EQ(read({.user = "ann"}),
            rows_of({position("ann", "0", 20), position("ann", "1", 10), known_duration, position("ann", "2", 20),
                     position("ann", "3", 10), position("ann", "4", 20)}));
  EXPECT_EQ(read({.user = "ann", .row_prefix = model::row_key("789", "2"), .exact = true}),
            rows_of({known_duration, position("ann", "2", 20)}));
  EXPECT_EQ(read({.user = "bob"}), RowMap{});
}

TEST_F(ReaderTest, FindsWhatIsFlushedWhileItReads) {
  commit({position("ann", "1", 10)});
  bool flushed = false;
  store_.decide = [&](Call call) {
    // The row leaves the view after the reader looked there and before the store answers, and comes anew.
    if (call == Call::kRead && !std::exchange(flushed, true)) {
      EXPECT_TRUE(flusher_.flush_all());
      commit({position("ann", "2", 10)});
    }
    return Fault::kNone;
  };
  const auto found = read({.user = "ann"});
  EXPECT_TRUE(flushed);
  EXPECT_EQ(found, rows_of({position("ann", "1", 10)}));
}

TEST_F(ReaderTest, SaysSoWhenTheStoreIsAway) {
  commit({position("ann", "1", 10)});
  store_.decide = [](Call) { return Fault::kRefuse; };
  const auto found = try_read({.user = "ann"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "store-unavailable");
}

TEST_F(ReaderTest, AnswersTheNewestItemsAndDropsTheRest) {
  commit({position("ann", "1", 1), position("ann", "2", 5), position("ann", "3", 2), position("ann", "4", 4)});
  auto show = position("ann", "", 1);
  show.mark = model::Mark::kRemoved;
  commit({test::erasure("ann", 0), show});
  ASSERT_TRUE(flusher_.flush_all());
  const auto kept = rows_of({test::erasure("ann", 0), show, position("ann", "2", 5), position("ann", "4", 4)});
  EXPECT_EQ(read({.user = "ann"}, 2), kept);
  flusher_.turn();
  EXPECT_EQ(stats_.trimmed_rows, 2u);
  EXPECT_EQ(read({.user = "ann"}), kept);
}

TEST_F(ReaderTest, OfEquallyOldItemsKeepsAsManyAsItMay) {
  commit({position("ann", "1", 1), position("ann", "2", 1), position("ann", "3", 1), position("ann", "4", 1)});
  ASSERT_TRUE(flusher_.flush_all());
  const auto found = read({.user = "ann"}, 3);
  EXPECT_EQ(found.size(), 3u);
  flusher_.turn();
  EXPECT_EQ(read({.user = "ann"}), found);
}

}  // namespace
}  // namespace playhead::apply
