#include "apply/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "apply/flusher.h"
#include "log/memory/memory_log.h"
#include "store/memory/memory_store.h"
#include "support/updates.h"

namespace playhead::apply {
namespace {

using test::erasure;
using test::map_of;
using test::position;
using test::record_of;

// What a process holds in memory.
struct Process {
  explicit Process(const Clock& clock) : presence({}, clock) {}
  View view{4};
  push::Presence presence;
  Stats stats;
  Applier applier{view, presence, stats};
};

// Reads another log with one record missing or broken.
struct DamagedLog final : log::HeartbeatLog {
  explicit DamagedLog(log::HeartbeatLog& whole) : inner(whole) {}
  void append(std::string_view record, AppendDone done) override { inner.append(record, std::move(done)); }
  Result<void> read(log::Partition partition, log::Offset from, const Visitor& visit) override {
    return inner.read(partition, from,
                      [&](log::Offset offset, std::string_view record) { return damage(offset, record, visit); });
  }
  void end(log::Partition partition, EndDone done) override { inner.end(partition, std::move(done)); }
  Result<void> release(log::Partition, log::Offset, const log::Retention&, std::int64_t) override { return {}; }
  log::LogUsage usage(log::Partition partition) const override { return inner.usage(partition); }

  log::HeartbeatLog& inner;
  std::function<bool(log::Offset, std::string_view, const Visitor&)> damage;
};

struct RecoveryTest : testing::Test {
  log::Offset append(std::string_view record) {
    log::Offset offset = 0;
    log_.append(record, [&](auto appended) { offset = appended->offset; });
    return offset;
  }
  Recovered recover_into(Process& process) { return recover_from(log_, process); }
  Recovered recover_from(log::HeartbeatLog& log, Process& process) {
    return recover(log, store_, process.applier, process.view, process.stats, [](auto, auto) {});
  }
  void move_checkpoint(log::Offset checkpoint) { ASSERT_TRUE(store_.merge({}, checkpoint)); }
  std::string refusal(log::HeartbeatLog& log) {
    Process process(clock_);
    try {
      recover_from(log, process);
    } catch (const StartupError& error) {
      return error.what();
    }
    return "started";
  }

  ManualClock clock_{1'000};
  log::MemoryLog log_{clock_};
  store::MemoryStore store_;
};

TEST_F(RecoveryTest, AReplayGivesTheStateOfTheProcessThatDied) {
  Process live(clock_), again(clock_);
  auto session = position("ann", "2", 900, 30'000);
  session.session = "k3j9x";
  for (const auto& record : {record_of({position("ann", "1", 100), position("bob", "1", 100)}), record_of({}),
                             record_of({erasure("ann", 100), session}), record_of({position("ann", "1", 90)})}) {
    ASSERT_TRUE(live.applier.apply(append(record), record));
  }
  const auto recovered = recover_into(again);
  EXPECT_EQ(recovered.checkpoint, 1u);
  EXPECT_EQ(recovered.records, 4u);
  EXPECT_EQ(recovered.updates, 5u);
  for (const std::string user : {"ann", "bob"}) {
    EXPECT_EQ(map_of(again.view.copy({.user = user})), map_of(live.view.copy({.user = user})));
  }
  ASSERT_EQ(again.presence.sessions("ann").size(), live.presence.sessions("ann").size());
  EXPECT_EQ(again.presence.sessions("ann").at(0).session, "k3j9x");
  EXPECT_EQ(again.view.applied(), live.view.applied());
  EXPECT_EQ(again.view.checkpoint(), 1u);
}

TEST_F(RecoveryTest, BeginsAtTheStoresCheckpoint) {
  for (const auto* user : {"ann", "bob", "eve"}) append(record_of({position(user, "1", 10)}));
  move_checkpoint(3);
  Process process(clock_);
  const auto recovered = recover_into(process);
  EXPECT_EQ(recovered.checkpoint, 3u);
  EXPECT_EQ(recovered.updates, 1u);
  EXPECT_EQ(process.stats.checkpoint, 3u);
  EXPECT_TRUE(process.view.copy({.user = "ann"}).empty());
  EXPECT_FALSE(process.view.copy({.user = "eve"}).empty());
  EXPECT_EQ(process.view.applied(), 4u);
}

TEST_F(RecoveryTest, AFreshFolderHasNothingToReplay) {
  Process process(clock_);
  const auto recovered = recover_into(process);
  EXPECT_EQ(recovered.records, 0u);
  EXPECT_EQ(process.view.applied(), 1u);
  EXPECT_EQ(process.view.checkpoint(), 1u);
}

TEST_F(RecoveryTest, RefusesALogThatBeginsAfterTheCheckpoint) {
  for (int i = 0; i < 5; ++i) append(record_of({position("ann", "1", 10)}));
  ASSERT_TRUE(log_.release(log::kOnlyPartition, 4, {}, clock_.now_ms()));
  ASSERT_EQ(log_.usage(log::kOnlyPartition).first, 4u);
  move_checkpoint(2);
  EXPECT_THAT(refusal(log_), testing::AllOf(testing::HasSubstr("begins at record 4"), testing::HasSubstr("below 2")));
  move_checkpoint(4);
  EXPECT_EQ(refusal(log_), "started");
}

TEST_F(RecoveryTest, RefusesALogThatEndsBeforeTheCheckpoint) {
  append(record_of({position("ann", "1", 10)}));
  move_checkpoint(3);
  EXPECT_THAT(refusal(log_), testing::HasSubstr("ends before record 2"));
  move_checkpoint(2);
  EXPECT_EQ(refusal(log_), "started");
}

TEST_F(RecoveryTest, NamesTheRecordThatCannotBeApplied) {
  const auto good = record_of({position("ann", "1", 10)});
  auto too_new = good;
  too_new[1] = 99;  // the version
  struct Case {
    std::string record, code;
  };
  for (const auto& [record, code] : {Case{good.substr(0, good.size() - 1), "record-corrupt"},
                                     Case{"nonsense", "record-corrupt"}, Case{too_new, "record-too-new"}}) {
    append(good);
    const auto offset = append(record);
    append(good);
    EXPECT_THAT(refusal(log_),
                testing::AllOf(testing::HasSubstr("Record " + std::to_string(offset)),
                               testing::HasSubstr("(" + code + ")"), testing::HasSubstr("No record was removed")));
    move_checkpoint(offset + 1);
    EXPECT_EQ(refusal(log_), "started");
  }
}

TEST_F(RecoveryTest, NamesTheRecordThatIsMissing) {
  for (int i = 0; i < 5; ++i) append(record_of({position("ann", "1", 10)}));
  for (const log::Offset gone : {1u, 3u, 5u}) {
    DamagedLog log(log_);
    log.damage = [gone](log::Offset offset, std::string_view record, const auto& visit) {
      return offset == gone || visit(offset, record);
    };
    EXPECT_THAT(refusal(log), testing::HasSubstr("Record " + std::to_string(gone) + " is missing"));
  }
}

TEST_F(RecoveryTest, PassesOnWhatTheLogSaysOfADamagedRecord) {
  struct Unreadable final : log::HeartbeatLog {
    void append(std::string_view, AppendDone) override {}
    Result<void> read(log::Partition, log::Offset, const Visitor&) override {
      return fail("log-corrupt", "Record 7 in 000012.sst does not match its checksum.");
    }
    void end(log::Partition, EndDone done) override { done(9); }
    Result<void> release(log::Partition, log::Offset, const log::Retention&, std::int64_t) override { return {}; }
    log::LogUsage usage(log::Partition) const override { return {.first = 1, .next = 9}; }
  } log;
  EXPECT_THAT(refusal(log), testing::HasSubstr("Record 7 in 000012.sst"));
}

}  // namespace
}  // namespace playhead::apply
