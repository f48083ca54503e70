#include "cluster/owner_directory.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace playhead::cluster {

OwnerDirectory::OwnerDirectory(log::GroupFeed& feed, log::Node self, const Options& options)
    : feed_(feed), self_(std::move(self)), options_(options) {}

OwnerDirectory::~OwnerDirectory() { stop(); }

void OwnerDirectory::start() {
  thread_ = std::thread([this] { loop(); });
}

void OwnerDirectory::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::optional<std::string> OwnerDirectory::address_of(log::Partition partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = addresses_.find(partition);
  return found == addresses_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<log::Node> OwnerDirectory::peers() const {
  const std::lock_guard lock(mutex_);
  return peers_;
}

void OwnerDirectory::refresh_soon() {
  {
    const std::lock_guard lock(mutex_);
    soon_ = true;
  }
  wake_.notify_one();
}

void OwnerDirectory::loop() {
  bool told = false;
  while (true) {
    // While partitions are divided anew, what was answered before is the best that can be known.
    if (const auto members = feed_.members(); members) {
      std::map<log::Partition, std::string> addresses;
      std::vector<log::Node> peers;
      for (const auto& [node, partitions] : *members) {
        if (node == self_) continue;
        peers.push_back(node);
        for (const auto partition : partitions) addresses[partition] = node.address;
      }
      if (on_peers) on_peers(peers);
      const std::lock_guard lock(mutex_);
      addresses_ = std::move(addresses);
      peers_ = std::move(peers);
      told = false;
    } else if (!std::exchange(told, true)) {
      spdlog::warn("Which node owns what is not known anew: {}", members.error().detail);
    }
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, options_.refresh_at_least, [this] { return stopping_; })) return;
    wake_.wait_for(lock, options_.refresh_every - options_.refresh_at_least, [this] { return stopping_ || soon_; });
    if (stopping_) return;
    soon_ = false;
  }
}

}  // namespace playhead::cluster
