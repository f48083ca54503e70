#include "push/hub.h"

#include <algorithm>
#include <utility>

#include "base/hash_index.h"

namespace playhead::push {
namespace {

constexpr std::size_t kShards = 256;

}  // namespace

// What every lookup needs is in its first line of memory.
struct alignas(kCacheLine) Hub::Shard {
  mutable std::mutex mutex;
  HashIndex<WatchedUser> users;
  std::size_t size = 0;
  PushCounts counts;
};

Hub::Hub(UserState& state, const HubOptions& options)
    : state_(state), options_(options), shards_(std::make_unique<Shard[]>(kShards)) {}
Hub::~Hub() = default;

Hub::Shard& Hub::shard(const HashedId& user) const { return shards_[shard_of(user, kShards)]; }

Result<SubscriptionId> Hub::subscribe(std::string_view user, std::shared_ptr<Subscriber> subscriber,
                                      std::uint64_t tag) {
  const HashedId hashed(user);
  const auto id = last_id_.fetch_add(1, std::memory_order_relaxed) + 1;
  Need need;
  {
    auto& in = shard(hashed);
    const std::lock_guard lock(in.mutex);
    auto* watched = in.users.find(hashed);
    const bool crowded = watched != nullptr && watched->followers() >= options_.followers_per_user;
    if (crowded || followers_.load(std::memory_order_relaxed) >= options_.followers) {
      return fail("too-many-subscribers", crowded
                                              ? "As many follow this user already as may. Close a connection first."
                                              : "This server is followed by as many as it takes. Try again later.");
    }
    if (watched == nullptr) {
      watched = &in.users.insert(std::make_unique<WatchedUser>(hashed.hash, std::string(user), in.counts));
      ++in.size;
    }
    followers_.fetch_add(1, std::memory_order_relaxed);
    need = watched->follow(id, tag, std::move(subscriber));
  }
  read(std::string(user), std::move(need));
  return id;
}

void Hub::unsubscribe(std::string_view user, SubscriptionId id) {
  const HashedId hashed(user);
  auto& in = shard(hashed);
  const std::lock_guard lock(in.mutex);
  auto* watched = in.users.find(hashed);
  if (watched == nullptr) return;
  const auto before = watched->followers();
  watched->unfollow(id);
  followers_.fetch_sub(before - watched->followers(), std::memory_order_relaxed);
  if (watched->followers() > 0) return;
  in.users.erase(*watched);
  --in.size;
}

void Hub::prefetch_shard(const HashedId& user) const { __builtin_prefetch(&shard(user)); }
void Hub::prefetch_slot(const HashedId& user) const { shard(user).users.prefetch_slot(user); }

void Hub::note(const model::Update& update, const HashedId& user, const model::RowWrite& row) {
  Need need;
  {
    auto& in = shard(user);
    const std::lock_guard lock(in.mutex);
    auto* watched = in.users.find(user);
    if (watched == nullptr) return;
    need = watched->note(update, row);
  }
  if (need.number != 0) read(std::string(user.text), std::move(need));
}

void Hub::sessions_changed(const HashedId& user) {
  if (!watching()) return;
  auto& in = shard(user);
  const std::lock_guard lock(in.mutex);
  if (auto* watched = in.users.find(user)) watched->sessions_now(state_.sessions(user));
}

void Hub::read(const std::string& user, Need need) {
  if (need.number == 0) return;
  auto row_key = need.row_key;
  state_.read(user, std::move(row_key), [this, user, need = std::move(need)](const Result<UserState::Rows>& rows) {
    was_read(user, need, rows);
  });
}

void Hub::was_read(const std::string& user, const Need& need, const Result<UserState::Rows>& rows) {
  const HashedId hashed(user);
  Need more;
  {
    auto& in = shard(hashed);
    const std::lock_guard lock(in.mutex);
    auto* watched = in.users.find(hashed);
    if (watched == nullptr) return;
    if (!rows) {
      watched->failed(need);
    } else if (need.row_key) {
      watched->row_read(need, *rows);
    } else {
      more = watched->all_read(need, *rows, state_.sessions(hashed));
    }
  }
  read(user, std::move(more));
  if (rows) return;
  failed_reads_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock(retry_mutex_);
  retry_.push_back(user);
}

void Hub::retry() {
  std::vector<std::string> users;
  {
    const std::lock_guard lock(retry_mutex_);
    users.swap(retry_);
  }
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  for (const auto& user : users) {
    const HashedId hashed(user);
    Need need;
    {
      auto& in = shard(hashed);
      const std::lock_guard lock(in.mutex);
      if (auto* watched = in.users.find(hashed)) need = watched->again();
    }
    read(user, std::move(need));
  }
}

HubCounts Hub::counts() const {
  HubCounts counts{.followers = followers_.load(std::memory_order_relaxed),
                   .failed_reads = failed_reads_.load(std::memory_order_relaxed)};
  for (std::size_t i = 0; i < kShards; ++i) {
    const std::lock_guard lock(shards_[i].mutex);
    counts.users += shards_[i].size;
    counts.events += shards_[i].counts.events;
    counts.unchanged += shards_[i].counts.unchanged;
  }
  return counts;
}

}  // namespace playhead::push
