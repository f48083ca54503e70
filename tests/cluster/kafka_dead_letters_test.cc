// Dead letters on a real broker: what goes in comes out, whoever reads it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "cluster/kafka_topics.h"
#include "log/kafka/dead_letters.h"
#include "log/kafka/topic.h"
#include "support/wait.h"

namespace playhead::log::kafka {
namespace {

class KafkaDeadLetters : public testing::Test {
 protected:
  using Letters = std::vector<std::pair<Offset, DeadLetter>>;

  // As those of a cluster, with a topic for each test.
  static KafkaOptions made() {
    auto options = dead_letters_of(test::fresh_topic(6));
    EXPECT_EQ(options.topic, kDeadLettersTopic);
    options.topic = options.group + "-dead-letters";
    const auto made = create_topic(options, dead_letter_rules({.development = true}));
    EXPECT_TRUE(made && *made);
    return options;
  }
  static DeadLetter letter(int number) {
    return {.key = "ann",
            .record = std::string("\x00\xff\x01 bytes ", 10) + std::to_string(number),
            .code = "record-corrupt",
            .reason = "Field 3 is cut short – at byte 7.",
            .topic = "playhead.progress",
            .partition = 47,
            .offset = Offset{1} << 40,
            .node = "node-1",
            .time_ms = 1'790'000'000'123};
  }
  static Result<void> append(DeadLetters& letters, const DeadLetter& letter) {
    return test::wait_for<Result<void>>([&](auto done) { letters.append(letter, std::move(done)); });
  }
  Letters read() {
    Letters found;
    const auto done = read_dead_letters(options_, [&](Offset offset, const DeadLetter& letter) {
      found.emplace_back(offset, letter);
      return true;
    });
    EXPECT_TRUE(done) << done.error().detail;
    return found;
  }

  KafkaOptions options_ = made();
};

TEST_F(KafkaDeadLetters, WhatGoesInComesOutInOrder) {
  EXPECT_THAT(read(), testing::IsEmpty());
  DeadLetters letters(options_);
  Letters expected;
  for (int i = 0; i < 20; ++i) {
    const auto done = append(letters, letter(i));
    ASSERT_TRUE(done) << done.error().detail;
    expected.emplace_back(i + 1, letter(i));
  }
  EXPECT_EQ(read(), expected);
  EXPECT_EQ(read(), expected);  // nobody's reading takes anything away
}

TEST_F(KafkaDeadLetters, EmptyKeysAndRecordsAreKeptToo) {
  DeadLetters letters(options_);
  auto odd = letter(1);
  odd.key.clear();
  odd.record.clear();
  ASSERT_TRUE(append(letters, odd));
  EXPECT_EQ(read(), (Letters{{1, odd}}));
}

TEST_F(KafkaDeadLetters, ReadingStopsWhenEnoughIsSeen) {
  DeadLetters letters(options_);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(letters, letter(i)));
  int seen = 0;
  EXPECT_TRUE(read_dead_letters(options_, [&](Offset, const DeadLetter&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_F(KafkaDeadLetters, ARecordThatIsTooLargeIsRefusedAndTheNextIsTaken) {
  DeadLetters letters(options_);
  auto large = letter(1);
  large.record.assign(3'000'000, 'x');
  const auto refused = append(letters, large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "log-unavailable");
  EXPECT_TRUE(append(letters, letter(2)));
}

TEST_F(KafkaDeadLetters, TheirTopicIsHeldToItsOwnRules) {
  EXPECT_TRUE(check_topic(options_, dead_letter_rules({.development = true})));
  // A topic for updates forgets too soon for letters that nobody has looked at yet.
  const auto updates = dead_letters_of(test::made_topic(1));
  auto short_lived = updates;
  short_lived.topic = updates.group;
  EXPECT_EQ(check_topic(short_lived, dead_letter_rules({.development = true})).error().code, "topic-unfit");
}

TEST_F(KafkaDeadLetters, WithoutABrokerTheyAreRefusedInTime) {
  options_.brokers = "127.0.0.1:1";
  options_.append_timeout = std::chrono::milliseconds(500);
  options_.read_timeout = std::chrono::milliseconds(500);
  DeadLetters letters(options_);
  const auto refused = append(letters, letter(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "log-unavailable");
  EXPECT_EQ(read_dead_letters(options_, [](Offset, const DeadLetter&) { return true; }).error().code,
            "log-unavailable");
  // Whoever waits when it ends hears it.
  bool heard = false;
  {
    DeadLetters ending(options_);
    ending.append(letter(1), [&](Result<void> done) { heard = !done; });
  }
  EXPECT_TRUE(heard);
}

}  // namespace
}  // namespace playhead::log::kafka
