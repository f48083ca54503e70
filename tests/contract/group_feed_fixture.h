#pragma once

// What the suite of GroupFeed (group_feed_contract.h) does with a backend, which defines:
//
//   struct Backend {
//     HeartbeatLog& log();              // six partitions, empty at first
//     // A new member of one group, which knows nothing of the log. A presence window of 0 ms is none.
//     std::unique_ptr<GroupFeed> member(const Node&, std::chrono::milliseconds presence_window);
//     Offset committed(Partition);      // the group's checkpoint
//     void forget(Partition, Offset);   // retention removes what is before the offset
//     void expire(const Node&);         // the group holds the member for dead, now or after it did nothing for long
//   };

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "log/group_feed.h"
#include "support/group_watch.h"
#include "support/log_calls.h"
#include "support/updates.h"
#include "support/wait.h"

namespace playhead::log {

template <class Backend>
class GroupFeedContract : public testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kNoPresence{0};
  static constexpr std::chrono::seconds kSoon{60};

  // A member that is started, with all that it has seen.
  struct Joined {
    ~Joined() { leave(); }
    void leave() {
      watch.release();
      feed->stop();
      EXPECT_THAT(watch.broken_promises(), testing::IsEmpty());
    }
    Node node;
    test::GroupWatch watch;
    std::unique_ptr<GroupFeed> feed;
  };

  GroupFeedContract() {
    for (int i = 0; users_.size() < kPartitions; ++i) {
      const auto user = "user" + std::to_string(i);
      users_.try_emplace(backend_.log().partition_of(user), user);
    }
  }

  static Node node(const std::string& name) {
    return {.name = name, .address = "127.0.0.1:1" + std::to_string(name.size()), .region = "here"};
  }
  std::unique_ptr<Joined> make(const std::string& name, std::chrono::milliseconds presence = kNoPresence) {
    auto joined = std::make_unique<Joined>();
    joined->node = node(name);
    joined->feed = backend_.member(joined->node, presence);
    return joined;
  }
  std::unique_ptr<Joined> join(const std::string& name, std::chrono::milliseconds presence = kNoPresence) {
    auto joined = make(name, presence);
    joined->feed->start(joined->watch);
    return joined;
  }
  static std::string record_of(Partition partition, std::int64_t at, const std::string& user) {
    return test::record_of({test::position(user, "12", 1'000 + partition, at)});
  }
  std::string record(Partition partition, std::int64_t at) { return record_of(partition, at, users_[partition]); }
  void append(Partition partition, std::int64_t at) {
    const auto done = append_and_wait(backend_.log(), record(partition, at));
    ASSERT_TRUE(done) << done.error().detail;
  }
  void append_everywhere(std::int64_t first, std::int64_t last) {
    for (std::int64_t at = first; at <= last; ++at) {
      for (Partition partition = 0; partition < kPartitions; ++partition) append(partition, at);
    }
  }
  static void await_owned(const Joined& joined, std::size_t count) {
    test::eventually([&] { return joined.watch.owned().size() == count; }, kSoon);
  }
  static void await_seen(const Joined& joined, std::size_t records) {
    test::eventually([&] { return joined.watch.seen_count() >= records; }, kSoon);
  }
  // Commits what the member has seen of a partition.
  static Result<void> commit(Joined& joined, Partition partition, Offset offset) {
    const Checkpoint checkpoint{partition, offset};
    return joined.feed->commit(std::span(&checkpoint, 1));
  }
  static std::set<Offset> up_to(Offset last) {
    std::set<Offset> offsets;
    for (Offset offset = 1; offset <= last; ++offset) offsets.insert(offset);
    return offsets;
  }
  static std::set<Partition> both(const Joined& one, const Joined& other) {
    auto all = one.watch.owned();
    all.merge(other.watch.owned());
    return all;
  }

  static constexpr Partition kPartitions = 6;
  Backend backend_;
  std::map<Partition, std::string> users_;
};

}  // namespace playhead::log
