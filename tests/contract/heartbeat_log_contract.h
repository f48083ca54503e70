#pragma once

// What every HeartbeatLog promises, as a typed suite. A backend's test defines a Backend and instantiates it:
//
//   struct Backend {
//     static constexpr bool kDurable = …;       // reopen() keeps what was acknowledged
//     static constexpr bool kTrimsToEmpty = …;  // repeated trim() forgets everything behind the checkpoint
//     HeartbeatLog& log();                      // empty at first
//     void reopen();                            // closes and opens again; only called when kDurable
//   };

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "log/heartbeat_log.h"
#include "support/wait.h"

namespace playhead::log {

inline Result<Appended> append_and_wait(HeartbeatLog& log, std::string_view record) {
  return test::wait_for<Result<Appended>>([&](auto done) { log.append(record, std::move(done)); });
}

using Record = std::pair<Offset, std::string>;

inline std::vector<Record> read_all(HeartbeatLog& log, Offset from) {
  std::vector<Record> records;
  const auto result = log.read(from, [&](Offset offset, std::string_view record) {
    records.emplace_back(offset, record);
    return true;
  });
  EXPECT_TRUE(result) << result.error().detail;
  return records;
}

inline constexpr Retention kKeepNothing{};
inline constexpr Retention kKeepAll{.max_bytes = 1ull << 40, .max_age = std::chrono::hours(1'000'000)};
// Later than any append of a test.
inline constexpr std::int64_t kFuture = 4'000'000'000'000;

template <class Backend>
class HeartbeatLogContract : public testing::Test {
 protected:
  HeartbeatLog& log() { return backend_.log(); }
  void append(std::string_view record) {
    const auto done = append_and_wait(log(), record);
    ASSERT_TRUE(done) << done.error().detail;
  }
  Backend backend_;
};

TYPED_TEST_SUITE_P(HeartbeatLogContract);

TYPED_TEST_P(HeartbeatLogContract, OffsetsStartAtOneAndGrowByOne) {
  EXPECT_EQ(this->log().usage().first, 1u);
  EXPECT_EQ(this->log().usage().next, 1u);
  for (Offset expected = 1; expected <= 3; ++expected) {
    const auto done = append_and_wait(this->log(), "record");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->offset, expected);
    EXPECT_EQ(this->log().usage().next, expected + 1);
  }
  EXPECT_EQ(this->log().usage().bytes, 3 * std::string_view("record").size());
}

TYPED_TEST_P(HeartbeatLogContract, ReadsBackTheVeryBytesInOrder) {
  const std::vector<std::string> sent{"one", "", std::string("\0\xFF\n", 3), std::string(1'000'000, 'x'), "five"};
  for (const auto& record : sent) this->append(record);
  std::vector<Record> expected;
  for (std::size_t i = 0; i < sent.size(); ++i) expected.emplace_back(i + 1, sent[i]);
  EXPECT_EQ(read_all(this->log(), 0), expected);
  EXPECT_EQ(read_all(this->log(), 1), expected);
  expected.erase(expected.begin(), expected.begin() + 3);
  EXPECT_EQ(read_all(this->log(), 4), expected);
  EXPECT_TRUE(read_all(this->log(), 6).empty());
  EXPECT_TRUE(read_all(this->log(), 1000).empty());
}

TYPED_TEST_P(HeartbeatLogContract, StopsWhenTheVisitorHasEnough) {
  for (const auto* record : {"a", "b", "c"}) this->append(record);
  int visited = 0;
  EXPECT_TRUE(this->log().read(1, [&](Offset, std::string_view) { return ++visited < 2; }));
  EXPECT_EQ(visited, 2);
}

TYPED_TEST_P(HeartbeatLogContract, ReadsUpToTheEndAtTheTimeOfTheCall) {
  this->append("a");
  this->append("b");
  std::vector<Offset> visited;
  EXPECT_TRUE(this->log().read(1, [&](Offset offset, std::string_view) {
    visited.push_back(offset);
    std::thread([&] { this->append("later"); }).join();
    return true;
  }));
  EXPECT_EQ(visited, (std::vector<Offset>{1, 2}));
  EXPECT_EQ(this->log().usage().next, 5u);
}

TYPED_TEST_P(HeartbeatLogContract, ReadersBesideTheWriterSeeAPrefix) {
  std::jthread writer([&] {
    for (int i = 1; i <= 200; ++i) this->append(std::to_string(i));
  });
  for (std::size_t seen = 0; seen < 200;) {
    const auto records = read_all(this->log(), 1);
    ASSERT_GE(records.size(), seen);
    seen = records.size();
    for (std::size_t i = 0; i < seen; ++i) ASSERT_EQ(records[i], (Record{i + 1, std::to_string(i + 1)}));
  }
}

TYPED_TEST_P(HeartbeatLogContract, TrimKeepsWhatRetentionWants) {
  for (int i = 0; i < 20; ++i) this->append(std::string(1000, 'r'));
  EXPECT_TRUE(this->log().trim(21, kKeepAll, kFuture));
  EXPECT_EQ(this->log().usage().first, 1u);
  EXPECT_EQ(read_all(this->log(), 1).size(), 20u);
}

TYPED_TEST_P(HeartbeatLogContract, TrimNeverTouchesWhatIsAfterTheCheckpoint) {
  for (int i = 1; i <= 50; ++i) this->append(std::to_string(i));
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(this->log().trim(30, kKeepNothing, kFuture));
    const auto usage = this->log().usage();
    EXPECT_LE(usage.first, 30u);
    EXPECT_EQ(usage.next, 51u);
    const auto records = read_all(this->log(), usage.first);
    ASSERT_EQ(records.size(), 51 - usage.first);
    for (const auto& [offset, record] : records) EXPECT_EQ(record, std::to_string(offset));
    EXPECT_EQ(read_all(this->log(), 0), records);
  }
}

TYPED_TEST_P(HeartbeatLogContract, TrimForgetsWhatIsBehindTheCheckpoint) {
  if constexpr (TypeParam::kTrimsToEmpty) {
    for (int i = 1; i <= 50; ++i) this->append(std::string(1000, 'r'));
    test::eventually([&] {
      EXPECT_TRUE(this->log().trim(51, kKeepNothing, kFuture));
      return this->log().usage().first == 51;
    });
    EXPECT_EQ(this->log().usage().bytes, 0u);
    EXPECT_TRUE(read_all(this->log(), 0).empty());
    if constexpr (TypeParam::kDurable) this->backend_.reopen();
    this->append("after");
    EXPECT_EQ(read_all(this->log(), 0), (std::vector<Record>{{51, "after"}}));
  }
}

TYPED_TEST_P(HeartbeatLogContract, KeepsEverythingAcrossAReopening) {
  if constexpr (TypeParam::kDurable) {
    std::vector<Record> expected;
    for (Offset i = 1; i <= 30; ++i) {
      if (i % 10 == 5) this->backend_.reopen();
      this->append(std::string(i * 100, static_cast<char>('a' + i % 26)));
      expected.emplace_back(i, std::string(i * 100, static_cast<char>('a' + i % 26)));
    }
    this->backend_.reopen();
    EXPECT_EQ(this->log().usage().next, 31u);
    EXPECT_EQ(this->log().usage().bytes, 100u * 31 * 15);
    EXPECT_EQ(read_all(this->log(), 1), expected);
  }
}

REGISTER_TYPED_TEST_SUITE_P(HeartbeatLogContract, OffsetsStartAtOneAndGrowByOne, ReadsBackTheVeryBytesInOrder,
                            StopsWhenTheVisitorHasEnough, ReadsUpToTheEndAtTheTimeOfTheCall,
                            ReadersBesideTheWriterSeeAPrefix, TrimKeepsWhatRetentionWants,
                            TrimNeverTouchesWhatIsAfterTheCheckpoint, TrimForgetsWhatIsBehindTheCheckpoint,
                            KeepsEverythingAcrossAReopening);

}  // namespace playhead::log
