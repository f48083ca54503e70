// The rows that the embedded store keeps of users who have many: never older than a write that has returned.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "contract/position_store_contract.h"
#include "store/rocksdb/rocksdb_store.h"
#include "store/rocksdb/wide_users.h"
#include "support/temp_dir.h"

namespace playhead::store {
namespace {

Rows rows_with(std::string_view item, std::size_t count = 10) {
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) rows.append(model::row_key("s", std::to_string(i)), item);
  return rows;
}

TEST(WideUsers, WhatWasReadBeforeAChangeIsNotKept) {
  WideUsers users(1 << 20, 10);
  const auto before = users.ticket("ann");
  users.forget("ann");
  users.put("ann", rows_with("old"), before);
  EXPECT_FALSE(users.find("ann"));
  users.put("ann", rows_with("new"), users.ticket("ann"));
  ASSERT_TRUE(users.find("ann"));
  EXPECT_EQ((*users.find("ann"))[0].item, "new");
  const auto held = users.find("ann");
  users.forget("ann");
  EXPECT_FALSE(users.find("ann"));
  EXPECT_EQ(held->size(), 10u) << "whoever has an answer keeps it";
  const auto all = users.ticket("bob");
  users.forget_all();
  users.put("bob", rows_with("old"), all);
  EXPECT_FALSE(users.find("bob"));
}

TEST(WideUsers, KeepsThoseAskedForLastWithinItsBytes) {
  const auto one = rows_with(std::string(1'000, 'x'));
  WideUsers users(one.memory_bytes() * 2, 10);
  const auto put = [&](std::string_view user, const Rows& rows) { users.put(user, rows, users.ticket(user)); };
  put("few", rows_with("x", 9));
  EXPECT_FALSE(users.find("few"));
  put("ann", one);
  put("bob", one);
  put("bob", one);
  EXPECT_TRUE(users.find("ann"));
  put("cid", one);
  EXPECT_TRUE(users.find("ann"));
  EXPECT_FALSE(users.find("bob"));
  EXPECT_TRUE(users.find("cid"));
}

TEST(SharedRows, AreCopiedBeforeTheyGrow) {
  const auto kept = std::make_shared<const Rows>(rows_with("x"));
  Rows answer(kept);
  EXPECT_EQ(answer.size(), 10u);
  EXPECT_EQ(answer[9].item.data(), (*kept)[9].item.data()) << "not copied";
  answer.append("more", "y");
  EXPECT_EQ(answer.size(), 11u);
  EXPECT_EQ(answer[9].item, "x");
  EXPECT_EQ(kept->size(), 10u);
}

// One thread writes, removes and erases; readers must never see a state from before the last write that returned
// when they began.
TEST(RocksDbStoreWideUsers, ReadersBesideAWriterNeverSeeWhatIsOver) {
  test::TempDir dir;
  RocksDbStore store({.path = dir / "store", .wide_user_rows = 1});
  std::atomic<std::int64_t> returned{0};
  std::atomic<std::int64_t> reads{0};
  std::atomic<bool> stop{false};
  std::atomic<int> stale{0};
  const auto row = model::row_key("s", "1");
  const auto newest = [&] {
    std::int64_t time = -1;
    const auto found = read_rows(store, {.user = "ann"});
    if (const auto it = found.find(row); it != found.end()) {
      time = model::decode_version(model::find_register(it->second, model::Register::kResume)).time_ms;
    }
    return time;
  };
  const auto read = [&] {
    while (!stop) {
      const auto at_least = returned.load();
      stale += newest() < at_least;
      ++reads;
    }
  };
  const auto write = [&](std::int64_t time) {
    const auto bytes = item(time, std::to_string(time));
    const ItemWrite changed{"ann", row, bytes};
    ASSERT_TRUE(store.merge({&changed, 1}, static_cast<std::uint64_t>(time)));
    returned = time;
  };
  write(1);
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read);
  for (std::int64_t time = 2; time < 2'000 || reads < 2'000; ++time) write(time);
  stop = true;
  readers.clear();
  EXPECT_EQ(stale, 0);

  ASSERT_TRUE(store.erase("ann", returned));
  EXPECT_EQ(newest(), -1);
  write(returned + 1);
  EXPECT_EQ(newest(), returned);
  ASSERT_TRUE(store.remove("ann", std::vector<std::string>{row}));
  EXPECT_EQ(newest(), -1);
}

}  // namespace
}  // namespace playhead::store
