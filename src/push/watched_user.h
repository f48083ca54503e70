#pragma once

// A user whom somebody follows: who they are, what they were told, and the merged state of the items that change now,
// so that only real changes are told. No locks and no reads of its own: the hub does both.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/reduce.h"
#include "push/source.h"
#include "push/user_state.h"

namespace playhead::push {

// What has to be read of the user before more can be told: all rows, or one. Answered with all_read() or row_read(),
// or with failed().
struct Need {
  std::uint64_t number = 0;  // of the read; 0: nothing is needed
  std::optional<std::string> row_key;
};

// Of all users of a shard, under its lock.
struct PushCounts {
  std::uint64_t events = 0;     // delivered, one for each follower
  std::uint64_t unchanged = 0;  // updates that changed nothing that is seen
  std::uint64_t reads = 0;      // numbers them, so that an answer to an earlier question is known as such
};

class WatchedUser {
 public:
  // For HashIndex.
  const std::uint64_t hash;
  const std::string id;

  WatchedUser(std::uint64_t its_hash, std::string its_id, PushCounts& counts)
      : hash(its_hash), id(std::move(its_id)), counts_(counts) {}

  Need follow(SubscriptionId subscription, std::uint64_t tag, std::shared_ptr<Subscriber> subscriber);
  void unfollow(SubscriptionId subscription);
  std::size_t followers() const { return followers_.size(); }

  // An update that was merged into the state a moment ago, and what it wrote.
  Need note(const model::Update& update, const model::RowWrite& row);
  // What was read. Answers that nobody waits for any more are dropped.
  void row_read(const Need& need, const UserState::Rows& rows);
  Need all_read(const Need& need, const UserState::Rows& rows, std::vector<SessionNow> sessions);
  // A read failed: everybody gets a new snapshot, which again() asks for.
  void failed(const Need& need);
  Need again();

  void sessions_now(std::vector<SessionNow> sessions);

 private:
  struct Follower {
    SubscriptionId subscription;
    std::uint64_t tag;
    bool joined;  // has its snapshot
    std::shared_ptr<Subscriber> subscriber;
  };
  // An item's merged state, or while that is being read, what was said of it meanwhile.
  struct Row {
    std::string key;
    std::string item;
    std::string device;         // of what was said
    std::uint64_t reading = 0;  // the number of the read, 0 when there is none
  };

  bool any_joined() const;
  Need snapshot_again();
  void make_room();
  void remember_noted(const model::RowWrite& row);
  void tell(const Event& event);
  void tell_change(EventKind kind, const Row& row);

  PushCounts& counts_;
  std::vector<Follower> followers_;
  std::vector<Row> rows_;         // the one that changed last at the end
  std::vector<SessionNow> told_;  // live, as the followers know them
  std::optional<model::Version> erased_;
  std::uint64_t reading_all_ = 0;
  bool noted_too_much_ = false;
  std::map<std::string, std::string, std::less<>> noted_;  // what was merged while all rows are being read
};

}  // namespace playhead::push
