#pragma once

// A member of a MemoryGroup.

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "log/memory/memory_group.h"

namespace playhead::log {

class MemoryGroupFeed final : public GroupFeed {
 public:
  enum class Drive : std::uint8_t {
    kThread,  // a thread of its own takes turns
    kByHand,  // who calls turn() is the feed's thread: for the simulator. Whoever isn't called is a zombie.
  };

  // `group` outlives it. A new owner reads back as far as `presence_window`, by the group's clock.
  MemoryGroupFeed(MemoryGroup& group, Node node, std::chrono::milliseconds presence_window, Drive drive)
      : group_(group), node_(std::move(node)), presence_window_(presence_window), drive_(drive) {}
  ~MemoryGroupFeed() override { stop(); }
  MemoryGroupFeed(const MemoryGroupFeed&) = delete;
  MemoryGroupFeed& operator=(const MemoryGroupFeed&) = delete;

  void start(GroupHandler& handler) override;
  void stop() override;
  void pause(Partition partition) override { set_paused(partition, true); }
  void resume(Partition partition) override { set_paused(partition, false); }
  Result<void> commit(std::span<const Checkpoint> checkpoints) override;
  Result<std::vector<Member>> members() override { return group_.members(); }
  std::vector<Lag> lag() const override;

  // What has changed in the group, some records of each partition, and turn_over(); true when there was anything but
  // the latter. Only when driven by hand.
  bool turn();
  // As kill -9: ends without a word, and stays a member until the group expels it.
  void crash();

 private:
  struct Holding {
    Offset next = 1;
    std::int64_t appended_ms = 0;
    bool paused = false;
  };

  bool follow_group();
  void take(Partition partition);
  bool hand_over(Partition partition);
  std::vector<Partition> owned() const;
  void forget(std::span<const Partition> partitions);
  void set_paused(Partition partition, bool paused);
  void end_thread();

  MemoryGroup& group_;
  const Node node_;
  const std::chrono::milliseconds presence_window_;
  const Drive drive_;
  GroupHandler* handler_ = nullptr;  // none: it does not run
  std::atomic<MemoryGroup::Seat> seat_{0};
  mutable std::mutex mutex_;
  std::map<Partition, Holding> held_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace playhead::log
