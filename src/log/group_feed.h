#pragma once

// How the nodes of a cluster share a log's partitions: all are members of one group, the group gives each partition
// to one of them, its owner, and the owner reads it. Backends: kafka (the brokers' consumer groups) and memory
// (tests, simulator).
//
// A partition's checkpoint belongs to the group: below it everything is durably in the store, and whoever owns the
// partition next begins there. While a group has members, its owner's commit() is the only way to move a checkpoint;
// HeartbeatLog::release() is refused by a log of servers then ("not-owner"), and is for tools and for a log that
// nobody shares.
//
// Two nodes may believe to own a partition for a while, one that was cut off and its successor. Both apply the same
// records, which merges; only the successor can commit.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/heartbeat_log.h"

namespace playhead::log {

// A node as the others of its group see it. Letters, digits and . _ - : [ ] only.
struct Node {
  std::string name;
  std::string address;  // host:port of its internal link
  std::string region;
  bool operator==(const Node&) const = default;
};

struct Member {
  Node node;
  std::vector<Partition> partitions;  // ascending
  bool operator==(const Member&) const = default;
};

struct Checkpoint {
  Partition partition;
  Offset offset;  // below it everything is durably in the store
};

// How far a feed is behind the end of a partition that it owns, as far as is known without asking.
struct Lag {
  Partition partition;
  std::uint64_t records;
  std::chrono::milliseconds age;  // of the last record that was handed over; 0 when there are no more
};

// Who is told. All calls come on the feed's one thread, and a call that takes longer than the group's session costs
// the node its partitions.
class GroupHandler {
 public:
  virtual ~GroupHandler() = default;

  // Where to go on in a partition that this node still holds in memory from when it owned it last; nothing: from the
  // start position, the lesser of the checkpoint and the first record of the last while (the presence window).
  virtual std::optional<Offset> held(Partition partition) = 0;
  // The partition is this node's. `from`: the first record that will come. `committed`: the group's checkpoint, 1
  // when there is none; it is above `from` where records come again only for their presence.
  virtual void assigned(Partition partition, Offset from, Offset committed) = 0;
  // The partitions go to somebody else, or come back at once: other nodes wait for this call, so it stores what it
  // can for at most a second. Commits still work inside of it.
  virtual void revoked(std::span<const Partition> partitions) = 0;
  // Taken away: the group has held this node for dead. Commits have no effect any more.
  virtual void lost(std::span<const Partition> partitions) = 0;
  // The division that revoked() began is made. What was revoked and not assigned again by now is another node's.
  virtual void settled() = 0;
  // Records of a partition come in ascending order without repetition, until it is revoked or lost. `appended_ms`:
  // wall clock of who appended it. `record` is valid during the call.
  virtual void record(Partition partition, Offset offset, std::int64_t appended_ms, std::string_view record) = 0;
  // The records from `first` to before `next` will not come: alarm, acknowledged updates may be missing. Codes:
  // "log-corrupt", they can't be read back intact; "log-gap", the log's retention has removed them before they were
  // stored; "log-cut", the log ends before a place where records were before, and goes on from `next`, which is less.
  virtual void damaged(Partition partition, Offset first, Offset next, const Error& error) = 0;
  // After each batch of records, and at least every 100 ms: time to answer who waits.
  virtual void turn_over() = 0;
};

// One member. All calls from any thread, start() and stop() from one; those that ask servers fail with
// "log-unavailable" when these don't answer within their time.
class GroupFeed {
 public:
  virtual ~GroupFeed() = default;

  // Joins and begins to call the handler, which stays until stop() has returned. Once.
  virtual void start(GroupHandler& handler) = 0;
  // Leaves, so that the partitions go to others at once: revoked() is called for what is owned, and nothing after
  // this has returned. Not from the handler. Does nothing when it does not run. Bounded also where no server answers;
  // then the others wait for the session's end.
  virtual void stop() = 0;

  // No records of the partition until resume(), or until it is no longer owned; the membership stays. What is not
  // owned is left alone.
  virtual void pause(Partition partition) = 0;
  virtual void resume(Partition partition) = 0;

  // Moves checkpoints, and never back: an older one has no effect. Returns when it is done. "not-owner" when any of
  // the partitions is not this member's, also when others know that first; those that are its own are committed
  // nevertheless. "log-unsettled" while the group divides partitions anew: the same may be tried again.
  virtual Result<void> commit(std::span<const Checkpoint> checkpoints) = 0;

  // Everybody who can be understood, ordered by name; a foreign program in the group is left out. "log-unsettled"
  // while partitions are divided anew: what was answered before is the best that can be known.
  virtual Result<std::vector<Member>> members() = 0;

  // Of the partitions that are owned.
  virtual std::vector<Lag> lag() const = 0;
};

}  // namespace playhead::log
