// Damage to the embedded log's files: refused by name and byte, or reported by offset, but never less data in
// silence.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "disk/wal_check.h"
#include "log/rocksdb/record_frame.h"
#include "log/rocksdb/rocksdb_log.h"
#include "support/files.h"
#include "support/log_calls.h"
#include "support/temp_dir.h"

namespace playhead::log {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class RocksDbLogDamage : public testing::Test {
 protected:
  // Leaves `count` records in a write-ahead log, and nowhere else.
  void write(int count, std::size_t bytes) {
    open();
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(append_and_wait(*log_, std::string(bytes, static_cast<char>('a' + i % 26))));
    }
    log_.reset();
    wal_ = test::files_in(dir_ / "log", ".log").back();
    intact_ = test::read_file(wal_);
  }
  void open() { log_ = std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "log", .clock = &clock_}); }
  std::string refusal() {
    try {
      open();
    } catch (const StartupError& error) {
      return error.what();
    }
    return "it started";
  }
  void damage(std::size_t at) {
    auto bytes = intact_;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    test::write_file(wal_, bytes);
  }
  std::optional<disk::WalDamage> check() { return disk::check_wal(*rocksdb::Env::Default(), wal_).value(); }

  test::TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<RocksDbLog> log_;
  std::string wal_;
  std::string intact_;
};

TEST_F(RocksDbLogDamage, ACorruptRecordInTheMiddleIsRefusedByFileAndByte) {
  write(20, 1000);
  const auto record_bytes = intact_.size() / 20;
  damage(record_bytes * 5 + 500);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(wal_), HasSubstr("at byte " + std::to_string(record_bytes * 5)),
                               HasSubstr("records follow"), HasSubstr("truncate -s")));
}

// Left alone, RocksDB takes a length that is too large for the end of the log and starts with less.
TEST_F(RocksDbLogDamage, ADamagedLengthIsNotTakenForTheEnd) {
  write(20, 1000);
  const auto length_of_the_sixth = intact_.size() / 20 * 5 + 5;
  auto bytes = intact_;
  bytes[length_of_the_sixth] = '\x7F';
  test::write_file(wal_, bytes);
  EXPECT_THAT(refusal(), HasSubstr("records follow"));
}

TEST_F(RocksDbLogDamage, EverySingleDamagedByteIsFound) {
  write(8, 150);
  const auto last_record = intact_.size() / 8 * 7;
  ASSERT_FALSE(check());
  for (std::size_t at = 0; at < intact_.size(); ++at) {
    damage(at);
    const auto found = check();
    ASSERT_TRUE(found) << "byte " << at;
    EXPECT_LE(found->offset, at);
    EXPECT_EQ(found->records_follow, at < last_record) << "byte " << at;
  }
}

TEST_F(RocksDbLogDamage, DamageInRecordsOfManyBlocksIsFound) {
  write(4, 100'000);
  const auto last_record = intact_.size() / 4 * 3;
  ASSERT_FALSE(check());
  for (std::size_t at = 11; at < intact_.size(); at += 3'989) {
    damage(at);
    const auto found = check();
    ASSERT_TRUE(found) << "byte " << at;
    EXPECT_LE(found->offset, at);
    EXPECT_EQ(found->records_follow, at < last_record) << "byte " << at;
  }
}

TEST_F(RocksDbLogDamage, ATornTailIsCutOffAndTheRestIsThere) {
  write(10, 1000);
  for (const std::size_t torn : {1u, 500u, 1000u, 1025u}) {
    test::write_file(wal_, intact_.substr(0, intact_.size() - torn));
    const auto found = check();
    ASSERT_TRUE(found) << torn;
    EXPECT_TRUE(found->cut_short);
    EXPECT_FALSE(found->records_follow);
    EXPECT_THAT(disk::refuse_damaged_wals(*rocksdb::Env::Default(), dir_ / "log"),
                testing::ElementsAre(AllOf(HasSubstr(wal_), HasSubstr("in the middle of an append"))));
  }
  open();
  EXPECT_EQ(log_->usage(kOnlyPartition).next, 10u);
  EXPECT_EQ(read_all(*log_, 1).size(), 9u);
  ASSERT_TRUE(append_and_wait(*log_, "instead"));
  EXPECT_EQ(read_all(*log_, 10), (std::vector<Record>{{10, "instead"}}));
}

TEST_F(RocksDbLogDamage, DamageToTheLastAppendIsRefusedAndSaysHowToGoOn) {
  write(10, 1000);
  const auto last_record = intact_.size() / 10 * 9;
  damage(last_record + 500);
  const auto advice = "truncate -s " + std::to_string(last_record);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("last append"), HasSubstr(advice)));
  std::filesystem::resize_file(wal_, last_record);
  EXPECT_EQ(refusal(), "it started");
  EXPECT_EQ(read_all(*log_, 1).size(), 9u);
}

TEST_F(RocksDbLogDamage, AnEmptyLogBeginsWhereItIsToldAndStaysThere) {
  const auto begin_at = [&](Offset offset) {
    log_ =
        std::make_unique<RocksDbLog>(RocksDbLogOptions{.path = dir_ / "log", .clock = &clock_, .begin_at = offset});
  };
  begin_at(155);
  EXPECT_EQ(log_->usage(kOnlyPartition).first, 155u);
  log_.reset();
  open();
  EXPECT_EQ(log_->usage(kOnlyPartition).next, 155u);
  EXPECT_EQ(append_and_wait(*log_, "first")->offset, 155u);
  log_.reset();
  begin_at(1'000);
  EXPECT_EQ(log_->usage(kOnlyPartition).next, 156u) << "it is no longer empty";
  EXPECT_EQ(read_all(*log_, 155), (std::vector<Record>{{155, "first"}}));
}

TEST_F(RocksDbLogDamage, ADamagedSegmentIsReportedByOffset) {
  write(10, 100'000);
  open();  // moves the records into a segment
  log_.reset();
  const auto segment = test::files_in(dir_ / "log", ".sst").front();
  auto bytes = test::read_file(segment);
  bytes[450'000] = static_cast<char>(bytes[450'000] ^ 0x10);
  test::write_file(segment, bytes);
  open();
  std::vector<Offset> visited;
  const auto result = log_->read(kOnlyPartition, 1, [&](Offset offset, std::string_view) {
    visited.push_back(offset);
    return true;
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "log-corrupt");
  EXPECT_EQ(visited, (std::vector<Offset>{1, 2, 3, 4}));
  EXPECT_THAT(result.error().detail, AllOf(HasSubstr("offset 5"), HasSubstr(".sst")));
}

TEST(RecordFrame, ShowsEveryDamagedBit) {
  const std::string record = "some record";
  const auto frame = make_frame(1'722'180'000'000, record);
  std::string value(frame.begin(), frame.end());
  value += record;
  ASSERT_TRUE(open_frame(value));
  EXPECT_EQ(open_frame(value)->record, record);
  EXPECT_EQ(open_frame(value)->appended_ms, 1'722'180'000'000);
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    auto damaged = value;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(open_frame(damaged)) << bit;
  }
  EXPECT_FALSE(open_frame(value.substr(0, 11)));
}

}  // namespace
}  // namespace playhead::log
