// The contract of the seam, held by a real Cassandra; and that it holds whoever writes.

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cluster/cassandra_keyspaces.h"
#include "contract/position_store_contract.h"
#include "store/cassandra/cassandra_store.h"

namespace playhead::store {
namespace {

struct CassandraBackend {
  static constexpr bool kDurable = true;
  PositionStore& store() { return *store_; }
  void reopen() { store_ = std::make_unique<CassandraStore>(options_); }

  CassandraOptions options_ = test::fresh_cassandra();
  std::unique_ptr<CassandraStore> store_ = std::make_unique<CassandraStore>(options_);
};

std::string versioned(const model::Version& version, std::string_view value,
                      model::Register id = model::Register::kResume) {
  std::string bytes;
  const auto encoded = model::encode_version(version);
  model::append_register(bytes, id, std::string(encoded.begin(), encoded.end()).append(value));
  return bytes;
}

void merge(PositionStore& store, const std::string& user, const std::string& row, const std::string& bytes) {
  const ItemWrite write{user, row, bytes};
  const auto merged = store.merge({&write, 1}, 1);
  ASSERT_TRUE(merged) << merged.error().detail;
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Cassandra, PositionStoreContract, CassandraBackend);

namespace {

// Versions that one timestamp can't tell apart, and those at the ends of what it can: their bytes decide, as they do
// in memory. Both orders, and both in one batch.
class CassandraOrder : public testing::TestWithParam<model::Ordering> {};

TEST_P(CassandraOrder, IsTheOrderOfVersionsAtEveryEdge) {
  const auto options = test::fresh_cassandra(GetParam());
  CassandraStore store(options);
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  const std::vector<model::Version> versions{
      {.time_ms = std::numeric_limits<std::int64_t>::min()},
      {.time_ms = -(std::int64_t{1} << 53) - 1},
      {.time_ms = -1'000},
      {.time_ms = -1},
      {},
      {.seq = 1},
      {.time_ms = 1},
      {.time_ms = 1'750'000'000'000},
      {.time_ms = 1'750'000'000'000, .seq = kMost},
      {.time_ms = 1'750'000'000'001},
      {.time_ms = (std::int64_t{1} << 53) - 1},
      {.time_ms = std::int64_t{1} << 53},
      {.time_ms = std::numeric_limits<std::int64_t>::max()},
      {.counter = 1, .time_ms = -5},
      {.counter = 1, .time_ms = 5},
      {.counter = 2},
      {.counter = std::uint64_t{1} << 20},
      {.counter = (std::uint64_t{1} << 20) + 1, .time_ms = -7},
      {.counter = kMost, .time_ms = std::numeric_limits<std::int64_t>::max(), .seq = kMost},
  };
  std::vector<std::string> items;
  // The smaller value of equal versions first; and a long value must not beat a later version.
  for (const auto& version : versions) {
    items.push_back(versioned(version, "a"));
    items.push_back(versioned(version, std::string(40, 'z')));
  }
  const auto row = model::row_key("s", "1");
  for (std::size_t i = 0; i + 1 < items.size(); ++i) {
    const auto user = std::to_string(i);
    merge(store, user + "up", row, items[i]);
    merge(store, user + "up", row, items[i + 1]);
    merge(store, user + "down", row, items[i + 1]);
    merge(store, user + "down", row, items[i]);
    const auto batched = user + "both";
    const std::vector<ItemWrite> both{{batched, row, items[i + 1]}, {batched, row, items[i]}};
    ASSERT_TRUE(store.merge(both, 1));
    for (const auto* end : {"up", "down", "both"}) {
      EXPECT_EQ(read_rows(store, {.user = user + end}), (RowMap{{row, items[i + 1]}})) << i << end;
    }
  }
}

// An erasure by any of the versions leaves exactly what it doesn't cover, whether it comes before or after.
TEST_P(CassandraOrder, ErasesWhatAVersionCoversAtEveryEdge) {
  const auto options = test::fresh_cassandra(GetParam());
  CassandraStore store(options);
  const std::vector<model::Version> versions{
      {.time_ms = std::numeric_limits<std::int64_t>::min()},
      {.time_ms = -1},
      {},
      {.time_ms = 1'750'000'000'000},
      {.time_ms = 1'750'000'000'001},
      {.time_ms = std::int64_t{1} << 53},
      {.time_ms = std::numeric_limits<std::int64_t>::max()},
      {.counter = 1, .time_ms = -5},
      {.counter = 1, .time_ms = 1'750'000'000'000},
      {.counter = (std::uint64_t{1} << 20) + 1, .time_ms = 7},
      {.counter = (std::uint64_t{1} << 20) + 1, .time_ms = 8},
  };
  const std::string own(model::kUserRow);
  const auto row = [](std::size_t i) { return model::row_key("s", std::to_string(100 + i)); };
  for (std::size_t e = 0; e < versions.size(); ++e) {
    const auto erased = versioned(versions[e], "", model::Register::kErased);
    RowMap expected{{own, erased}};
    for (std::size_t i = e + 1; i < versions.size(); ++i) expected[row(i)] = versioned(versions[i], "v");
    for (const bool erased_first : {true, false}) {
      const auto user = std::to_string(e) + (erased_first ? "first" : "last");
      if (erased_first) merge(store, user, own, erased);
      for (std::size_t i = 0; i < versions.size(); ++i) merge(store, user, row(i), versioned(versions[i], "v"));
      if (!erased_first) merge(store, user, own, erased);
      EXPECT_EQ(read_rows(store, {.user = user}), expected) << e << erased_first;
      EXPECT_EQ(read_rows(store, {.user = user, .row_prefix = row(0), .exact = true}), (RowMap{{own, erased}}));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, CassandraOrder,
                         testing::Values(model::Ordering::kTimestamp, model::Ordering::kCounter));

// Two nodes that both believe to own the user, one of them with a shuffled and repeated share.
TEST(CassandraStore, TwoWritersAtOnceGiveTheRowsOfOne) {
  const auto options = test::fresh_cassandra();
  CassandraStore one(options), other(options);
  const auto write_all = [](PositionStore& store, int first, int step) {
    for (int n = 0; n < 300; ++n) {
      const int i = (first + n * step) % 300;
      const auto row = model::row_key("s", std::to_string(i % 3));
      merge(store, "ann", row,
            versioned({.time_ms = i / 2, .seq = static_cast<std::uint64_t>(i % 2)}, std::to_string(i)));
    }
  };
  {
    std::jthread shuffled([&] { write_all(other, 150, 7); });
    write_all(one, 0, 1);
  }
  RowMap expected;
  for (int i = 297; i < 300; ++i) {
    expected[model::row_key("s", std::to_string(i % 3))] =
        versioned({.time_ms = i / 2, .seq = static_cast<std::uint64_t>(i % 2)}, std::to_string(i));
  }
  EXPECT_EQ(read_rows(one, {.user = "ann"}), expected);
  EXPECT_EQ(read_rows(other, {.user = "ann"}), expected);
}

TEST(CassandraStore, AnErasureDuringWritesStaysErased) {
  const auto options = test::fresh_cassandra();
  CassandraStore writer(options), eraser(options);
  const auto row = model::row_key("s", "1");
  std::jthread writing([&] {
    for (std::int64_t i = 1; i <= 400; ++i)
      merge(writer, "ann", model::row_key("s", std::to_string(i % 20)), item(i, "v"));
  });
  for (const std::int64_t up_to : {100, 200, 400}) {
    ASSERT_TRUE(eraser.erase("ann", up_to));
    merge(eraser, "ann", std::string(model::kUserRow), erased(up_to));
    for (const auto& [key, bytes] : read_rows(eraser, {.user = "ann"})) {
      if (key == model::kUserRow) continue;
      EXPECT_GT(model::decode_version(model::find_register(bytes, model::Register::kResume)).time_ms, up_to);
    }
  }
  writing.join();
  EXPECT_EQ(read_rows(writer, {.user = "ann"}), (RowMap{{std::string(model::kUserRow), erased(400)}}));
}

}  // namespace
}  // namespace playhead::store
