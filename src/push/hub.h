#pragma once

// Tells those who follow a user what changes, from what the applier merges: a snapshot first, then every real change
// of the merged state, nothing missed in between. Whoever follows is registered before the state is read; what is
// merged meanwhile is noted and merged into the answer.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/hashed_id.h"
#include "model/reduce.h"
#include "push/source.h"
#include "push/user_state.h"
#include "push/watched_user.h"

namespace playhead::push {

struct HubOptions {
  // Screens of one household and the services that look after it. Each change costs its work once for each.
  std::size_t followers_per_user = 100;
  std::size_t followers = 1'000'000;
};

struct HubCounts {
  std::uint64_t users = 0;
  std::uint64_t followers = 0;
  std::uint64_t events = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t failed_reads = 0;
};

class Hub final : public Source {
 public:
  // `state` outlives the hub, and nothing is on its way in it when the hub goes.
  Hub(UserState& state, const HubOptions& options);
  ~Hub() override;
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  Result<SubscriptionId> subscribe(std::string_view user, std::shared_ptr<Subscriber> subscriber,
                                   std::uint64_t tag) override;
  void unsubscribe(std::string_view user, SubscriptionId id) override;

  // Whether anybody follows anyone: else note() need not be called.
  bool watching() const { return followers_.load(std::memory_order_relaxed) > 0; }
  // An update that was merged, with what it wrote: after the merge, so that a read sees it. Appliers' threads, for
  // one user in one order.
  void note(const model::Update& update, const HashedId& user, const model::RowWrite& row);
  // As View's: asks for the memory that note() will want.
  void prefetch_shard(const HashedId& user) const;
  void prefetch_slot(const HashedId& user) const;
  // Something about the user's sessions has changed. Any thread.
  void sessions_changed(const HashedId& user);
  // Asks again for what could not be read; a few times a second. One thread.
  void retry();

  HubCounts counts() const;

 private:
  struct Shard;
  Shard& shard(const HashedId& user) const;
  void read(const std::string& user, Need need);
  void was_read(const std::string& user, const Need& need, const Result<UserState::Rows>& rows);

  UserState& state_;
  const HubOptions options_;
  std::unique_ptr<Shard[]> shards_;
  std::atomic<std::size_t> followers_{0};
  std::atomic<SubscriptionId> last_id_{0};
  std::mutex retry_mutex_;
  std::vector<std::string> retry_;  // users with a read that failed
  std::atomic<std::uint64_t> failed_reads_{0};
};

}  // namespace playhead::push
