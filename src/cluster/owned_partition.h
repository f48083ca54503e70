#pragma once

// A partition while this node owns it: what the embedded program has once, a view with its way to the store, a node
// has for each of its partitions. Its users' reads are answered here, once everything is applied that the log held
// when they were asked, and whoever follows them is told from here.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apply/applier.h"
#include "apply/flusher.h"
#include "apply/reader.h"
#include "apply/state_source.h"
#include "apply/stats.h"
#include "apply/view.h"
#include "base/clock.h"
#include "base/error.h"
#include "cluster/cluster_stats.h"
#include "log/heartbeat_log.h"
#include "push/hub.h"
#include "push/presence.h"
#include "push/user_state.h"
#include "store/position_store.h"

namespace playhead::cluster {

struct PartitionOptions {
  apply::FlushOptions flush;
  // Gets the partition's checkpoint, below which everything is safe in the store.
  std::function<void(log::Partition, log::Offset)> checkpoint;
  push::PresenceOptions presence;
  push::HubOptions hub;
  // What a read waits at most for the records that the log had when it was asked. Then its answer is stale.
  std::chrono::milliseconds catch_up{250};
  std::size_t max_items = 20'000;  // of a user, as apply::Reader has it
  // A partition holds a fraction of the users, so fewer shards are as short.
  std::size_t view_shards = 32;
};

class OwnedPartition : public std::enable_shared_from_this<OwnedPartition> {
 public:
  // Whether what was asked for is applied; else the time is over, or the partition went to another node.
  using Reached = std::move_only_function<void(bool)>;

  // All references outlive it; `stats` are the partition's own, which stay when it comes and goes, `times` those of
  // all partitions. Records below `committed` are in the store already and come again for their presence only.
  OwnedPartition(log::Partition number, log::Offset from, log::Offset committed, store::PositionStore& store,
                 log::HeartbeatLog& log, apply::Stats& stats, ReadTimes& times, const Clock& clock,
                 const PartitionOptions& options);
  // Whoever waits is told that it was not reached.
  ~OwnedPartition();

  log::Partition number() const { return number_; }
  // The first offset that is not applied. Any thread.
  log::Offset next() const { return view_.applied(); }

  // The feed's thread, as the three that follow. Fails as Applier::apply(); then next() is still this record.
  Result<void> apply(log::Offset offset, std::string_view record);
  // Goes on behind a record that can't be applied.
  void skip(log::Offset offset) { view_.applied(offset + 1); }
  // Answers whose offset is reached or whose time is over.
  void settle();
  // Answers everybody: the partition is another node's.
  void give_up_waiting();
  // It came back.
  void go_on();

  // Calls `reached` once, inline or on the feed's thread, when every record below `end` is applied or at `until`,
  // give or take a turn of the feed. Any thread.
  void when_applied(log::Offset end, Monotonic until, Reached reached);

  // As a reader at any node would see it: with everything that the log held before the call, or stale. The partition
  // stays until it is answered. Any thread.
  void read(store::Query query, apply::StateSource::RowsDone done);
  void sessions(std::string user, apply::StateSource::SessionsDone done);
  // Asks again for what whoever follows could not be told; ends sessions that fell silent. Several times a second,
  // one thread.
  void look_after_followers(std::chrono::milliseconds interval);

  // Of these, `view`'s, `presence`'s, `hub`'s and `reader`'s functions for readers are for any thread, and the
  // flusher is for the one that writes (write_behind.h).
  apply::View& view() { return view_; }
  push::Presence& presence() { return presence_; }
  push::Hub& hub() { return hub_; }
  apply::Reader& reader() { return reader_; }
  apply::Flusher& flusher() { return flusher_; }

  // When the flusher's next turn is due; the writer's.
  Monotonic next_turn{};

 private:
  struct Waiting {
    log::Offset end;
    Monotonic until;
    Reached reached;
  };
  // What the hub asks.
  class Followed final : public push::UserState {
   public:
    explicit Followed(OwnedPartition& partition) : partition_(partition) {}
    void read(std::string user, std::optional<std::string> row_key, Done done) override;
    std::vector<push::SessionNow> sessions(const HashedId& user) override;

   private:
    OwnedPartition& partition_;
  };
  using Ready = std::move_only_function<void(bool stale)>;
  void when_fresh(Ready ready);
  void answer(bool all);

  const log::Partition number_;
  const log::Offset committed_;
  const std::chrono::milliseconds catch_up_;
  log::HeartbeatLog& log_;
  ReadTimes& times_;
  const Clock& clock_;
  apply::View view_;
  push::Presence presence_;
  Followed followed_;
  push::Hub hub_;
  apply::Applier applier_;
  apply::Flusher flusher_;
  apply::Reader reader_;

  std::mutex mutex_;
  std::vector<Waiting> waiting_;
  bool given_up_ = false;
};

using PartitionPtr = std::shared_ptr<OwnedPartition>;

}  // namespace playhead::cluster
