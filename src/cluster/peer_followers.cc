#include "cluster/peer_followers.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cluster/peer_events.h"
#include "cluster/peer_messages.h"
#include "push/source.h"

namespace playhead::cluster {

struct PeerFollowers::Shared {
  using Followers = std::unordered_map<std::uint64_t, std::shared_ptr<Follower>>;

  std::mutex mutex;
  std::uint64_t last_id = 0;
  std::map<PartitionPtr, Followers> followers;
  // Those whose stream is over; turn() takes them out, since the hub must not be called while it delivers.
  std::vector<std::pair<PartitionPtr, std::uint64_t>> over;
};

struct PeerFollowers::Follower final : push::Subscriber {
  Follower(std::shared_ptr<Shared> its_shared, PartitionPtr its_partition, std::string its_user,
           link::Responder its_responder)
      : shared(std::move(its_shared)),
        partition(std::move(its_partition)),
        user(std::move(its_user)),
        responder(std::move(its_responder)) {
    const std::lock_guard lock(shared->mutex);
    id = ++shared->last_id;
  }

  // The hub's lock is held, so the stream's items keep the hub's order.
  void deliver(std::uint64_t, const push::EventPtr& event) override {
    {
      const std::lock_guard lock(mutex);
      if (!responder || responder->push(encode_event(*event)) != link::Push::kFull) return;
    }
    end({"peer-slow", "This node takes the changes of a user that it follows too slowly."});
  }
  void end(const Error& error) {
    {
      const std::lock_guard lock(mutex);
      if (!responder) return;
      responder->fail(error);
      responder.reset();
    }
    const std::lock_guard lock(shared->mutex);
    shared->over.emplace_back(partition, id);
  }

  const std::shared_ptr<Shared> shared;
  const PartitionPtr partition;
  const std::string user;
  std::uint64_t id = 0;
  push::SubscriptionId subscription = 0;

  std::mutex mutex;
  std::optional<link::Responder> responder;
};

PeerFollowers::PeerFollowers(const Ownership& ownership)
    : ownership_(ownership), shared_(std::make_shared<Shared>()) {}

PeerFollowers::~PeerFollowers() {
  std::map<PartitionPtr, Shared::Followers> left;
  {
    const std::lock_guard lock(shared_->mutex);
    left.swap(shared_->followers);
  }
  for (const auto& [partition, followers] : left) {
    for (const auto& [_, follower] : followers) {
      partition->hub().unsubscribe(follower->user, follower->subscription);
      follower->end({"not-owner", "The node stops."});
    }
  }
  // Of partitions, which hold their followers.
  const std::lock_guard lock(shared_->mutex);
  shared_->over.clear();
}

void PeerFollowers::follow(const PartitionPtr& partition, std::string user, link::Responder responder) {
  responder.lasts();
  const auto follower = std::make_shared<Follower>(shared_, partition, std::move(user), std::move(responder));
  const auto subscription = partition->hub().subscribe(follower->user, follower, follower->id);
  if (!subscription) return follower->end(subscription.error());
  follower->subscription = *subscription;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->followers[partition].emplace(follower->id, follower);
  }
  const std::lock_guard lock(follower->mutex);
  if (!follower->responder) {
    // It ended before it was noted, and turn() may have looked for it in vain.
    const std::lock_guard noted(shared_->mutex);
    shared_->over.emplace_back(partition, follower->id);
    return;
  }
  follower->responder->on_cancel([weak = std::weak_ptr(follower)] {
    if (const auto gone = weak.lock()) gone->end({"cancelled", "Nobody listens any more."});
  });
}

void PeerFollowers::turn() {
  std::vector<std::shared_ptr<Follower>> out;
  {
    const std::lock_guard lock(shared_->mutex);
    auto& followers = shared_->followers;
    for (const auto& [partition, id] : std::exchange(shared_->over, {})) {
      const auto found = followers.find(partition);
      if (found == followers.end()) continue;
      if (auto node = found->second.extract(id)) out.push_back(std::move(node.mapped()));
      if (found->second.empty()) followers.erase(found);
    }
    std::erase_if(followers, [&](const auto& entry) {
      const auto& [partition, those] = entry;
      if (ownership_.find(partition->number()) == partition) return false;
      for (const auto& [_, follower] : those) out.push_back(follower);
      return true;
    });
  }
  for (const auto& follower : out) {
    follower->partition->hub().unsubscribe(follower->user, follower->subscription);
    follower->end({"not-owner", "Another node owns this user now."});
  }
}

std::size_t PeerFollowers::size() const {
  std::size_t size = 0;
  const std::lock_guard lock(shared_->mutex);
  for (const auto& [_, followers] : shared_->followers) size += followers.size();
  return size;
}

}  // namespace playhead::cluster
