#include "cluster/followers.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "cluster/peer_events.h"
#include "cluster/peer_messages.h"
#include "push/snapshot.h"

namespace playhead::cluster {

// What it is attached to has the number of the attempt; what comes of an earlier one is dropped.
struct Followers::Follow final : push::Subscriber {
  Follow(std::string_view its_user, log::Partition its_partition, std::shared_ptr<push::Subscriber> its_subscriber,
         std::uint64_t its_tag)
      : user(its_user), partition(its_partition), subscriber(std::move(its_subscriber)), tag(its_tag) {}

  void deliver(std::uint64_t number, const push::EventPtr& event) override {
    const std::lock_guard lock(mutex);
    if (closed || number != attempt) return;
    if (!event->stale) failures = 0;
    told = true;
    subscriber->deliver(tag, event);
  }

  struct Attachment {
    PartitionPtr here;
    push::SubscriptionId id = 0;
    link::Subscription there;
    std::string address;
    void end(const std::string& user) {
      if (here) here->hub().unsubscribe(user, id);
      there.cancel();
    }
  };

  // What was attached before is the caller's to end, without the lock. 0 when nobody listens any more.
  std::uint64_t begin(Attachment& before) {
    const std::lock_guard lock(mutex);
    before = std::exchange(attached, {});
    return closed ? 0 : ++attempt;
  }
  // Gives back what came too late.
  Attachment keep(std::uint64_t number, Attachment attachment) {
    const std::lock_guard lock(mutex);
    if (closed || number != attempt) return attachment;
    attached = std::move(attachment);
    return {};
  }

  // The partition's hub holds whom it tells, who holds the partition: until this.
  void close() {
    Attachment last;
    {
      const std::lock_guard lock(mutex);
      closed = true;
      last = std::exchange(attached, {});
    }
    last.end(user);
  }

  const std::string user;
  const log::Partition partition;
  const std::shared_ptr<push::Subscriber> subscriber;
  const std::uint64_t tag;

  std::mutex mutex;
  std::uint64_t attempt = 0;
  bool closed = false;
  bool told = false;
  unsigned failures = 0;  // in a row
  Attachment attached;
};

Followers::Followers(const Ownership& ownership, const OwnerDirectory& directory, link::Peers& peers,
                     apply::StateSource& state, const log::HeartbeatLog& log, ClusterStats& stats, const Clock& clock,
                     const FollowerOptions& options)
    : ownership_(ownership),
      directory_(directory),
      peers_(peers),
      state_(state),
      log_(log),
      stats_(stats),
      clock_(clock),
      options_(options),
      follows_(log.partitions()),
      random_(std::random_device{}()),
      owners_(log.partitions()) {}

Followers::~Followers() { stop(); }

Result<push::SubscriptionId> Followers::subscribe(std::string_view user, std::shared_ptr<push::Subscriber> subscriber,
                                                  std::uint64_t tag) {
  const auto partition = log_.partition_of(user);
  auto follow = std::make_shared<Follow>(user, partition, std::move(subscriber), tag);
  push::SubscriptionId id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (size_ >= options_.followers) {
      return fail("too-many-subscribers", "This node is followed by as many as it takes. Try again later.");
    }
    ++size_;
    id = ++last_id_;
    follows_[partition].emplace(id, follow);
  }
  attach(follow);
  return id;
}

void Followers::unsubscribe(std::string_view user, push::SubscriptionId id) {
  FollowPtr follow;
  {
    const std::lock_guard lock(mutex_);
    auto node = follows_[log_.partition_of(user)].extract(id);
    if (node.empty()) return;
    follow = std::move(node.mapped());
    --size_;
  }
  follow->close();
}

void Followers::stop() {
  std::vector<FollowPtr> left;
  {
    const std::lock_guard lock(mutex_);
    for (auto& those : follows_) {
      for (auto& [_, follow] : those) left.push_back(std::move(follow));
      those.clear();
    }
    size_ = 0;
  }
  for (const auto& follow : left) follow->close();
}

std::size_t Followers::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

void Followers::attach(const FollowPtr& follow) {
  Follow::Attachment before;
  const auto attempt = follow->begin(before);
  before.end(follow->user);
  if (attempt == 0) return;
  if (const auto partition = ownership_.find(follow->partition)) return attach_here(follow, partition, attempt);
  if (const auto address = directory_.address_of(follow->partition)) return attach_there(follow, *address, attempt);
  try_again(follow);
}

void Followers::attach_here(const FollowPtr& follow, const PartitionPtr& partition, std::uint64_t attempt) {
  const auto id = partition->hub().subscribe(follow->user, follow, attempt);
  if (!id) return try_again(follow);
  auto late = follow->keep(attempt, {.here = partition, .id = *id, .there = {}, .address = {}});
  late.end(follow->user);
  // It may have gone between the two, and turn() may have looked before it was attached.
  if (!late.here && ownership_.find(follow->partition) != partition) try_again(follow);
}

void Followers::attach_there(const FollowPtr& follow, const std::string& address, std::uint64_t attempt) {
  auto stream = peers_.stream(
      address, kFollow, follow->user,
      [follow, attempt](const std::string& item) {
        if (auto event = decode_event(item, follow->user)) {
          follow->deliver(attempt, std::make_shared<const push::Event>(std::move(*event)));
        }
      },
      [this, follow, attempt](const Result<void>&) {
        {
          const std::lock_guard lock(follow->mutex);
          if (follow->closed || follow->attempt != attempt) return;
        }
        try_again(follow);
      });
  follow->keep(attempt, {.here = nullptr, .id = 0, .there = std::move(stream), .address = address}).end(follow->user);
}

void Followers::try_again(const FollowPtr& follow) {
  ClusterStats::add(stats_.follows_lost);
  if (on_no_owner) on_no_owner();
  bool told = false;
  unsigned failures = 0;
  {
    const std::lock_guard lock(follow->mutex);
    if (follow->closed) return;
    told = follow->told;
    failures = follow->failures++;
  }
  const auto longest = std::min(options_.last_retry, options_.first_retry * (1 << std::min(failures, 10u)));
  {
    const std::lock_guard lock(mutex_);
    std::uniform_int_distribution<std::int64_t> pause(0, longest.count());
    again_.emplace(clock_.monotonic() + std::chrono::milliseconds(pause(random_)), follow);
  }
  if (!told) tell_what_the_store_has(follow);
}

// Better an old answer that says so than none, while there is no owner.
void Followers::tell_what_the_store_has(const FollowPtr& follow) {
  const auto attempt = [&] {
    const std::lock_guard lock(follow->mutex);
    return follow->attempt;
  }();
  state_.read({.user = follow->user}, [follow, attempt](const Result<apply::UserRows>& rows) {
    if (!rows) return;
    follow->deliver(attempt, std::make_shared<const push::Event>(push::snapshot_of(
                                 follow->user, rows->rows(), {}, push::erased_in(rows->rows()), true)));
  });
}

bool Followers::moved(log::Partition partition, Owner& owner) const {
  const auto here = ownership_.find(partition);
  if (here) {
    const bool same = owner.here.lock() == here;
    owner = {.here = here, .address = {}};
    return !same;
  }
  const auto address = directory_.address_of(partition);
  const bool left = owner.here.lock() != nullptr;
  const bool same = !left && (!address || owner.address == *address);
  if (!same) owner = {.here = {}, .address = address.value_or(std::string())};
  return !same;
}

void Followers::turn() {
  std::vector<FollowPtr> now;
  const auto add_due = [&] {
    const auto end = again_.upper_bound(clock_.monotonic());
    for (auto at = again_.begin(); at != end; at = again_.erase(at)) {
      if (auto follow = at->second.lock()) now.push_back(std::move(follow));
    }
  };
  for (log::Partition partition = 0; partition < owners_.size(); ++partition) {
    auto& owner = owners_[partition];
    if (!moved(partition, owner)) continue;
    const auto here = owner.here.lock();
    const std::lock_guard lock(mutex_);
    for (const auto& [_, follow] : follows_[partition]) {
      const std::lock_guard its_lock(follow->mutex);
      if (here ? follow->attached.here == here : follow->attached.address == owner.address) continue;
      now.push_back(follow);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    add_due();
  }
  for (const auto& follow : now) attach(follow);
}

}  // namespace playhead::cluster
