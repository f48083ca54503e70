#pragma once

// What only this node's spool has: updates that were acknowledged while the queue was away, so no other node can read
// them from it. They are applied to a view of their own, which a flusher writes to the store at once; reads here
// merge the view, reads elsewhere find the store. The pipeline of an embedded node, with the cluster's database for a
// store and the spool for a log.
//
// What is drained meets the store a second time, through the queue and its owner, and merges into nothing.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "apply/applier.h"
#include "apply/flusher.h"
#include "apply/overlaid_store.h"
#include "apply/stats.h"
#include "apply/view.h"
#include "base/clock.h"
#include "base/error.h"
#include "log/heartbeat_log.h"
#include "push/presence.h"
#include "store/position_store.h"

namespace playhead::apply {

struct SpoolStateOptions {
  // The longest that an update waits until others can see it.
  std::chrono::milliseconds flush_every{1'000};
  // With the store away too this much is kept in memory; then updates are refused. Some 500,000 of them.
  std::uint64_t view_bytes = std::uint64_t{256} << 20;
  // Each is one merge of the store's in `flush_every`: few, since there is little in them or the store is away.
  std::size_t shards = 16;
};

class SpoolState {
 public:
  // Gets a checkpoint of the spool.
  using Flushed = std::function<void(log::Offset up_to)>;

  // Replays the spool; throws StartupError when it can't be read. Above view_bytes the store is asked to take what
  // was replayed so far, and if it refuses, memory holds it: at most what the spool may hold. `spool` (of one
  // partition) and `clock` outlive this, and so does `store`, which must take this writer beside the node's own
  // flusher.
  SpoolState(log::HeartbeatLog& spool, store::PositionStore& store, const Clock& clock,
             const SpoolStateOptions& options);
  // Ends the flushing thread.
  ~SpoolState();
  SpoolState(const SpoolState&) = delete;
  SpoolState& operator=(const SpoolState&) = delete;

  std::uint64_t replayed() const { return replayed_; }

  // Flushes from here on and calls `flushed`, on the flusher's thread, with what the store has: everything spooled
  // below.
  void start(Flushed flushed);
  // Ends that, and gives the store what is left. Afterwards nobody calls `flushed`.
  Result<void> stop();

  // The spool's hooks (log/spool/spool_options.h): one thread. room() fails with "log-full".
  Result<void> room() const;
  void spooled(log::Offset offset, std::string_view record);

  // The store with what is only here: what the node's Reader, and its Flusher, are given as the store.
  store::PositionStore& store() { return readable_; }

  // Any thread.
  const View& view() const { return view_; }
  std::uint64_t view_bytes() const { return view_.bytes(); }
  bool healthy() const { return flusher_.healthy(); }
  std::optional<Error> trouble() const { return flusher_.trouble(); }
  const Stats& stats() const { return stats_; }

 private:
  // The spool as the flusher sees it: release() is the store's half of what may be forgotten.
  class SpoolSide final : public log::HeartbeatLog {
   public:
    explicit SpoolSide(log::HeartbeatLog& spool) : spool_(spool) {}
    void append(std::string_view, AppendDone done) override;
    Result<void> read(log::Partition partition, log::Offset from, const Visitor& visit) override;
    void end(log::Partition partition, EndDone done) override { spool_.end(partition, std::move(done)); }
    Result<void> release(log::Partition partition, log::Offset checkpoint, const log::Retention& retention,
                         std::int64_t now_ms) override;
    log::LogUsage usage(log::Partition partition) const override { return spool_.usage(partition); }
    Flushed flushed;

   private:
    log::HeartbeatLog& spool_;
  };
  // The store as the flusher sees it: a spool's checkpoint is nothing to a database that others share.
  class StoreSide final : public store::PositionStore {
   public:
    explicit StoreSide(store::PositionStore& store) : store_(store) {}
    Result<void> merge(std::span<const store::ItemWrite> writes, std::uint64_t checkpoint) override;
    Result<void> erase(std::string_view user, std::int64_t up_to_ms) override { return store_.erase(user, up_to_ms); }
    Result<void> remove(std::string_view user, std::span<const std::string> row_keys) override {
      return store_.remove(user, row_keys);
    }
    void read(store::Query query, ReadDone done) override { store_.read(std::move(query), std::move(done)); }
    Result<std::uint64_t> checkpoint() override { return 0; }
    std::optional<std::chrono::milliseconds> commit_lag() const override { return store_.commit_lag(); }
    Result<void> sync() override { return store_.sync(); }

   private:
    store::PositionStore& store_;
  };

  void replay(log::HeartbeatLog& spool);

  const SpoolStateOptions options_;
  Stats stats_;
  View view_;
  push::Presence presence_;
  Applier applier_;
  SpoolSide spool_side_;
  StoreSide store_side_;
  Flusher flusher_;
  OverlaidStore readable_;
  std::uint64_t replayed_ = 0;
};

}  // namespace playhead::apply
