#pragma once

// What every HeartbeatLog promises, as a typed suite. A backend's test defines a Backend and instantiates it:
//
//   struct Backend {
//     static constexpr bool kDurable = …;       // reopen() keeps what was acknowledged
//     static constexpr bool kTrimsToEmpty = …;  // repeated release() forgets everything behind the checkpoint
//     static constexpr bool kCountsBytes = …;   // usage() knows them
//     static constexpr bool kMaySwap = …;       // and repeat what is on its way at the same time
//     HeartbeatLog& log();                      // empty at first
//     void reopen();                            // closes and opens again; only called when kDurable
//   };
//
// Tests that need one order use one user, and look at that user's partition.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "log/heartbeat_log.h"
#include "model/record.h"
#include "support/log_calls.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::log {

template <class Backend>
class HeartbeatLogContract : public testing::Test {
 protected:
  using Positions = std::vector<std::int64_t>;

  HeartbeatLog& log() { return backend_.log(); }
  // Of the tests' one user.
  Partition partition() { return log().partition_of("ann"); }
  Offset next() { return log().usage(partition()).next; }
  Offset end() { return end_of(log(), partition()); }
  void append(std::string_view record) {
    const auto done = append_and_wait(log(), record);
    ASSERT_TRUE(done) << done.error().detail;
  }
  // One update is one record, in every log.
  void append_position(std::int64_t position) { append(record_at(position)); }
  static std::string record_at(std::int64_t position, std::string_view user = "ann") {
    return test::record_of({test::position(user, "12", 1'000, position)});
  }
  std::vector<Record> read(Offset from) { return read_all(log(), from, partition()); }
  // What is there of every user, in its order.
  std::map<std::string, Positions> read_everything() {
    std::map<std::string, Positions> found;
    for (Partition partition = 0; partition < log().partitions(); ++partition) {
      for (const auto& [offset, record] : read_all(log(), 0, partition)) {
        model::RecordReader reader(record);
        for (auto update = reader.next(); update && *update; update = reader.next()) {
          EXPECT_EQ(log().partition_of((*update)->user.text), partition);
          found[std::string((*update)->user.text)].push_back((*update)->position_ms.value());
        }
      }
    }
    return found;
  }
  // For tests with growing positions in one record.
  static std::map<std::string, Positions> unswapped(std::map<std::string, Positions> found) {
    for (auto& [user, positions] : found) {
      if (!Backend::kMaySwap) break;
      std::ranges::sort(positions);
      const auto repeated = std::ranges::unique(positions);
      positions.erase(repeated.begin(), repeated.end());
    }
    return found;
  }
  Positions positions() { return read_everything()["ann"]; }
  static Positions up_to(std::int64_t last) {
    Positions all;
    for (std::int64_t position = 1; position <= last; ++position) all.push_back(position);
    return all;
  }

  Backend backend_;
};

TYPED_TEST_SUITE_P(HeartbeatLogContract);

TYPED_TEST_P(HeartbeatLogContract, OffsetsStartAtOneAndGrowByOne) {
  EXPECT_EQ(this->log().usage(this->partition()).first, 1u);
  EXPECT_EQ(this->next(), 1u);
  EXPECT_EQ(this->end(), 1u);
  for (Offset expected = 1; expected <= 3; ++expected) {
    const auto done = append_and_wait(this->log(), this->record_at(0));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->offset, this->log().partitions() == 1 ? expected : 0);
    EXPECT_EQ(this->next(), expected + 1);
    EXPECT_EQ(this->end(), expected + 1);
    EXPECT_EQ(this->read(1).back().first, expected);
  }
  if constexpr (TypeParam::kCountsBytes) {
    EXPECT_EQ(this->log().usage(this->partition()).bytes, 3 * this->record_at(0).size());
  }
}

TYPED_TEST_P(HeartbeatLogContract, ReadsBackTheVeryBytesInOrder) {
  // Where records are split, those of one user stay as they are.
  std::vector<Record> expected;
  for (Offset i = 1; i <= 5; ++i) {
    expected.emplace_back(i, this->record_at(static_cast<std::int64_t>(i)));
    this->append(expected.back().second);
  }
  EXPECT_EQ(this->read(0), expected);
  EXPECT_EQ(this->read(1), expected);
  expected.erase(expected.begin(), expected.begin() + 3);
  EXPECT_EQ(this->read(4), expected);
  EXPECT_TRUE(this->read(6).empty());
  EXPECT_TRUE(this->read(1000).empty());
}

TYPED_TEST_P(HeartbeatLogContract, EveryUserIsInOnePartitionAndInOrder) {
  std::map<std::string, std::vector<std::int64_t>> expected;
  for (std::int64_t batch = 1; batch <= 20; ++batch) {
    std::string record = model::record_header(0);
    for (std::int64_t i = 0; i < 40; ++i) {
      // Some users twice in a row, some twice with others between.
      const auto user = "user" + std::to_string((i / 2 + batch * i) % 23);
      model::append_update(record, test::position(user, "12", 1'000, batch * 1'000 + i));
      expected[user].push_back(batch * 1'000 + i);
    }
    this->append(record);
  }
  EXPECT_EQ(this->unswapped(this->read_everything()), expected);
}

TYPED_TEST_P(HeartbeatLogContract, TakesLargeRecords) {
  std::map<std::string, std::vector<std::int64_t>> expected;
  std::string record = model::record_header(0);
  const auto add = [&](const std::string& user, std::int64_t position) {
    model::append_update(record, test::position(user, "12", 1'722'180'000'000, position));
    expected[user].push_back(position);
  };
  for (std::int64_t i = 0; i < 30'000; ++i) add("ann", i);  // 1 MB
  for (std::int64_t i = 0; i < 30'000; ++i) add("user" + std::to_string(i % 7'000), i);
  this->append(record);
  const auto found = this->unswapped(this->read_everything());
  EXPECT_EQ(found.size(), expected.size());
  // Printed, they would be too much to read.
  for (const auto& [user, positions] : expected) {
    EXPECT_TRUE(found.contains(user) && found.at(user) == positions)
        << user << " has " << (found.contains(user) ? found.at(user).size() : 0) << " of " << positions.size();
  }
}

TYPED_TEST_P(HeartbeatLogContract, ARecordWithoutUpdatesIsTaken) {
  this->append(model::record_header(0));
  this->append_position(1);
  this->append(model::record_header(0));
  EXPECT_EQ(this->positions(), this->up_to(1));
}

TYPED_TEST_P(HeartbeatLogContract, AnswersInTheOrderOfTheAppends) {
  constexpr std::int64_t kAppends = 200;
  std::vector<std::string> records;
  for (std::int64_t i = 1; i <= kAppends; ++i) records.push_back(this->record_at(i, i % 3 == 0 ? "bob" : "ann"));
  std::mutex mutex;
  std::vector<std::int64_t> answered;
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return answered.size();
  };
  for (std::int64_t i = 1; i <= kAppends; ++i) {
    this->log().append(records[static_cast<std::size_t>(i - 1)], [&, i](Result<Appended> done) {
      EXPECT_TRUE(done);
      const std::lock_guard lock(mutex);
      answered.push_back(i);
    });
  }
  test::eventually([&] { return count() == kAppends; });
  EXPECT_EQ(answered, this->up_to(kAppends));
}

TYPED_TEST_P(HeartbeatLogContract, StopsWhenTheVisitorHasEnough) {
  for (int i = 1; i <= 3; ++i) this->append_position(i);
  int visited = 0;
  EXPECT_TRUE(this->log().read(this->partition(), 1, [&](Offset, std::string_view) { return ++visited < 2; }));
  EXPECT_EQ(visited, 2);
}

TYPED_TEST_P(HeartbeatLogContract, ReadsUpToTheEndAtTheTimeOfTheCall) {
  this->append_position(1);
  this->append_position(2);
  std::vector<Offset> visited;
  EXPECT_TRUE(this->log().read(this->partition(), 1, [&](Offset offset, std::string_view) {
    visited.push_back(offset);
    std::thread([&] { this->append_position(3); }).join();
    return true;
  }));
  EXPECT_EQ(visited, (std::vector<Offset>{1, 2}));
  EXPECT_EQ(this->next(), 5u);
}

TYPED_TEST_P(HeartbeatLogContract, ReadersBesideTheWriterSeeAPrefix) {
  std::jthread writer([&] {
    for (int i = 1; i <= 200; ++i) this->append_position(i);
  });
  for (std::size_t seen = 0; seen < 200;) {
    const auto positions = this->positions();
    ASSERT_GE(positions.size(), seen);
    seen = positions.size();
    ASSERT_EQ(positions, this->up_to(static_cast<std::int64_t>(seen)));
  }
}

TYPED_TEST_P(HeartbeatLogContract, TheEndIsBehindWhatWasAcknowledged) {
  std::atomic<Offset> acknowledged{1};
  std::jthread writer([&] {
    for (int i = 1; i <= 200; ++i) {
      this->append_position(i);
      ++acknowledged;
    }
  });
  while (acknowledged < 201) {
    const auto before = acknowledged.load();
    ASSERT_GE(this->end(), before);
  }
}

TYPED_TEST_P(HeartbeatLogContract, ReleaseKeepsWhatRetentionWants) {
  for (int i = 1; i <= 20; ++i) this->append_position(i);
  EXPECT_TRUE(this->log().release(this->partition(), 21, kKeepAll, kFuture));
  EXPECT_EQ(this->log().usage(this->partition()).first, 1u);
  EXPECT_EQ(this->positions(), this->up_to(20));
}

TYPED_TEST_P(HeartbeatLogContract, ReleaseNeverTouchesWhatIsAfterTheCheckpoint) {
  for (int i = 1; i <= 50; ++i) this->append_position(i);
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(this->log().release(this->partition(), 30, kKeepNothing, kFuture));
    const auto usage = this->log().usage(this->partition());
    EXPECT_LE(usage.first, 30u);
    EXPECT_EQ(usage.next, 51u);
    const auto records = this->read(usage.first);
    ASSERT_EQ(records.size(), 51 - usage.first);
    for (const auto& [offset, record] : records) {
      EXPECT_EQ(record, this->record_at(static_cast<std::int64_t>(offset)));
    }
    EXPECT_EQ(this->read(0), records);
  }
}

TYPED_TEST_P(HeartbeatLogContract, ReleaseForgetsWhatIsBehindTheCheckpoint) {
  if constexpr (TypeParam::kTrimsToEmpty) {
    for (int i = 1; i <= 50; ++i) this->append_position(i);
    test::eventually([&] {
      EXPECT_TRUE(this->log().release(this->partition(), 51, kKeepNothing, kFuture));
      return this->log().usage(this->partition()).first == 51;
    });
    EXPECT_EQ(this->log().usage(this->partition()).bytes, 0u);
    EXPECT_TRUE(this->read(0).empty());
    if constexpr (TypeParam::kDurable) this->backend_.reopen();
    this->append_position(51);
    EXPECT_EQ(this->read(0), (std::vector<Record>{{51, this->record_at(51)}}));
  }
}

TYPED_TEST_P(HeartbeatLogContract, KeepsEverythingAcrossAReopening) {
  if constexpr (TypeParam::kDurable) {
    for (int i = 1; i <= 30; ++i) {
      if (i % 10 == 5) this->backend_.reopen();
      this->append_position(i);
    }
    this->backend_.reopen();
    EXPECT_EQ(this->end(), 31u);
    EXPECT_EQ(this->next(), 31u);
    EXPECT_EQ(this->positions(), this->up_to(30));
  }
}

REGISTER_TYPED_TEST_SUITE_P(HeartbeatLogContract, OffsetsStartAtOneAndGrowByOne, ReadsBackTheVeryBytesInOrder,
                            EveryUserIsInOnePartitionAndInOrder, TakesLargeRecords, ARecordWithoutUpdatesIsTaken,
                            AnswersInTheOrderOfTheAppends, StopsWhenTheVisitorHasEnough,
                            ReadsUpToTheEndAtTheTimeOfTheCall, ReadersBesideTheWriterSeeAPrefix,
                            TheEndIsBehindWhatWasAcknowledged, ReleaseKeepsWhatRetentionWants,
                            ReleaseNeverTouchesWhatIsAfterTheCheckpoint, ReleaseForgetsWhatIsBehindTheCheckpoint,
                            KeepsEverythingAcrossAReopening);

}  // namespace playhead::log
