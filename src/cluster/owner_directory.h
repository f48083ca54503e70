#pragma once

// Which node owns which partition, as the group's description says it: asked from time to time, and at once when an
// answer turned out to be old.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "log/group_feed.h"

namespace playhead::cluster {

class OwnerDirectory {
 public:
  struct Options {
    std::chrono::milliseconds refresh_every{2'000};
    // When an owner turned out to be another, or nobody: the brokers are not asked more often than this.
    std::chrono::milliseconds refresh_at_least{100};
  };

  // The feed outlives it.
  OwnerDirectory(log::GroupFeed& feed, log::Node self, const Options& options);
  ~OwnerDirectory();
  OwnerDirectory(const OwnerDirectory&) = delete;
  OwnerDirectory& operator=(const OwnerDirectory&) = delete;

  // After the feed has started.
  void start();
  void stop();

  // The address of the node's link; nothing when it is not known, or this node. Any thread.
  std::optional<std::string> address_of(log::Partition partition) const;
  // The others, by address. Any thread.
  std::vector<log::Node> peers() const;
  // What was answered is old.
  void refresh_soon();

  // Gets the others each time they were asked for, on the directory's thread. Before start().
  std::function<void(const std::vector<log::Node>&)> on_peers;

 private:
  void loop();

  log::GroupFeed& feed_;
  const log::Node self_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool soon_ = false;
  bool stopping_ = false;
  std::map<log::Partition, std::string> addresses_;
  std::vector<log::Node> peers_;
  std::thread thread_;
};

}  // namespace playhead::cluster
