#pragma once

// A handler that remembers everything it was told and holds the feed to its promises: records in order and without
// repetition, only of partitions that are owned, nothing skipped without a word.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "log/group_feed.h"

namespace playhead::test {

class GroupWatch final : public log::GroupHandler {
 public:
  struct Start {
    log::Offset from, committed;
    bool operator==(const Start&) const = default;
  };
  struct Seen {
    log::Offset offset;
    std::int64_t appended_ms;
    std::string record;
    std::int64_t seen_ms;  // wall clock
  };

  // Set before the feed starts. They are called on its thread, without a lock.
  std::function<std::optional<log::Offset>(log::Partition)> on_held;
  std::function<void(log::Partition)> on_assigned;
  std::function<void(std::span<const log::Partition>)> on_revoked;
  std::function<void()> on_turn;

  std::optional<log::Offset> held(log::Partition partition) override;
  void assigned(log::Partition partition, log::Offset from, log::Offset committed) override;
  void revoked(std::span<const log::Partition> partitions) override;
  void lost(std::span<const log::Partition> partitions) override;
  void settled() override;
  void record(log::Partition partition, log::Offset offset, std::int64_t appended_ms,
              std::string_view record) override;
  void damaged(log::Partition partition, log::Offset first, log::Offset next, const Error& error) override;
  void turn_over() override;

  // All of these from any thread.
  std::set<log::Partition> owned() const;
  std::map<log::Partition, log::Offset> next() const;             // of what is owned: behind the last record
  std::optional<Start> start_of(log::Partition partition) const;  // the latest
  std::vector<Seen> seen(log::Partition partition) const;         // in all assignments
  std::set<log::Offset> offsets(log::Partition partition) const;
  std::size_t seen_count() const { return seen_count_; }
  // "log-gap 1 5": code, first, next.
  std::vector<std::string> damages() const;
  std::vector<std::string> broken_promises() const;
  int assigned_count() const { return assigned_; }  // calls, as the next three
  int revoked_count() const { return revoked_; }
  int lost_count() const { return lost_; }
  int settled_count() const { return settled_; }
  int turns() const { return turns_; }

  // The next turn_over() returns when it is released.
  void block();
  void release();
  void wait_until_blocked();

 private:
  void drop(std::span<const log::Partition> partitions, const char* how);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<log::Partition, log::Offset> next_;
  std::map<log::Partition, Start> starts_;
  std::map<log::Partition, std::vector<Seen>> seen_;
  std::vector<std::string> damages_, broken_;
  bool block_ = false, blocked_ = false;
  std::atomic<std::size_t> seen_count_{0};
  std::atomic<int> assigned_{0}, revoked_{0}, lost_{0}, settled_{0}, turns_{0};
};

}  // namespace playhead::test
