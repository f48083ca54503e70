// A data folder that the first release wrote opens and says what it said then. When this fails, a change has broken
// people's data: the format number has to grow and the old format has to be read or refused, never misread.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "disk/data_folder.h"
#include "log/rocksdb/rocksdb_log.h"
#include "model/item.h"
#include "model/record.h"
#include "model/reduce.h"
#include "store/rocksdb/rocksdb_store.h"
#include "support/temp_dir.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead {
namespace {

using model::Register;

class GoldenDataV1 : public testing::Test {
 protected:
  static std::string copy_into(const test::TempDir& dir) {
    std::filesystem::copy(std::string(PLAYHEAD_SOURCE_DIR) + "/tests/golden/data-v1", dir / "data",
                          std::filesystem::copy_options::recursive);
    return dir / "data";
  }
  static std::vector<std::string> users_of(std::string_view record) {
    model::RecordReader reader(record);
    std::vector<std::string> users;
    for (auto update = reader.next(); update && *update; update = reader.next())
      users.emplace_back((*update)->user.text);
    return users;
  }

  test::TempDir dir_;
  disk::DataFolder folder_{copy_into(dir_), "timestamp"};
  SystemClock clock_;
};

TEST_F(GoldenDataV1, TheLogHoldsItsRecords) {
  log::RocksDbLog log({.path = folder_.log_path(), .clock = &clock_});
  EXPECT_EQ(log.usage(log::kOnlyPartition).first, 1u);
  EXPECT_EQ(log.usage(log::kOnlyPartition).next, 6u);
  std::vector<std::vector<std::string>> users;
  std::vector<std::int64_t> positions;
  const auto result = log.read(log::kOnlyPartition, 1, [&](log::Offset, std::string_view record) {
    users.push_back(users_of(record));
    positions.push_back(model::RecordReader(record).next().value()->position_ms.value_or(-1));
    EXPECT_EQ(model::record_time(record), 1'750'000'000'000 + 1'000 * static_cast<std::int64_t>(users.size()));
    return true;
  });
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(users,
            (std::vector<std::vector<std::string>>{{"12345", "ann"}, {"ann", "bob"}, {"bob"}, {"12345"}, {"zoë"}}));
  EXPECT_EQ(positions, (std::vector<std::int64_t>{1'122'000, -1, -1, 1'500'000, 7'000}));
}

TEST_F(GoldenDataV1, TheStoreHoldsItsItems) {
  store::RocksDbStore store({.path = folder_.store_path()});
  EXPECT_EQ(store.checkpoint(), 4u);
  const auto rows_of = [&](std::string user) {
    return test::map_of(test::wait_for<Result<store::Rows>>([&](auto done) {
                          store.read({.user = std::move(user)}, std::move(done));
                        }).value());
  };
  const auto article = rows_of("12345");
  ASSERT_EQ(article.size(), 1u);
  const auto resume = model::find_register(article.at(model::row_key("789", "12")), Register::kResume);
  EXPECT_EQ(model::decode_version(resume).time_ms, 1'750'000'001'000);
  EXPECT_EQ(model::decode_position(resume).position_ms, 1'122'000);
  EXPECT_TRUE(model::decode_position(resume).episode_integer);

  const auto ann = rows_of("ann");
  ASSERT_EQ(ann.size(), 2u);
  const auto& rich = ann.at(model::row_key("789", "1"));
  const auto paused = model::decode_position(model::find_register(rich, Register::kResume));
  EXPECT_EQ(paused.state, model::State::kPaused);
  EXPECT_EQ(paused.device, "living-room-tv");
  EXPECT_EQ(model::decode_milliseconds(model::find_register(rich, Register::kDuration)), 2'700'000);
  EXPECT_EQ(model::decode_next(model::find_register(rich, Register::kNext)).text, "2");
  EXPECT_TRUE(model::decode_flag(model::find_register(ann.at(model::row_key("789", "3")), Register::kPlayed)).value);

  const auto bob = rows_of("bob");
  ASSERT_EQ(bob.size(), 1u);
  const auto erased = model::find_register(bob.at(std::string(model::kUserRow)), Register::kErased);
  EXPECT_EQ(model::decode_version(erased).time_ms, 1'750'000'003'500);
}

TEST_F(GoldenDataV1, AnErasureInItStillHolds) {
  store::RocksDbStore store({.path = folder_.store_path()});
  const auto late = test::position("bob", "1", 1'750'000'003'500, 5'000);
  const auto row = test::row_of(late);
  const store::ItemWrite write{"bob", row.row_key, row.item};
  ASSERT_TRUE(store.merge({&write, 1}, 5));
  const auto rows =
      test::wait_for<Result<store::Rows>>([&](auto done) { store.read({.user = "bob"}, std::move(done)); });
  EXPECT_EQ(rows->size(), 1u);
}

}  // namespace
}  // namespace playhead
