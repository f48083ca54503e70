#include "cluster/owned_partition.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace playhead::cluster {
namespace {

apply::FlushOptions flush_options(const PartitionOptions& options, log::Partition number) {
  auto flush = options.flush;
  flush.partition = number;
  flush.release = [checkpoint = options.checkpoint, number](log::Offset offset) -> Result<void> {
    if (checkpoint) checkpoint(number, offset);
    return {};
  };
  return flush;
}

}  // namespace

OwnedPartition::OwnedPartition(log::Partition number, log::Offset from, log::Offset committed,
                               store::PositionStore& store, log::HeartbeatLog& log, apply::Stats& stats,
                               const Clock& clock, const PartitionOptions& options)
    : number_(number),
      committed_(committed),
      clock_(clock),
      view_(options.view_shards),
      presence_(options.presence, clock),
      applier_(view_, presence_, stats, true),
      flusher_(view_, store, log, presence_, stats, clock, flush_options(options, number)),
      reader_(view_, store, flusher_, options.max_items) {
  view_.applied(from);
  apply::Stats::set(stats.checkpoint, from);
}

OwnedPartition::~OwnedPartition() { give_up_waiting(); }

Result<void> OwnedPartition::apply(log::Offset offset, std::string_view record) {
  if (offset < next()) return {};
  if (offset >= committed_) return applier_.apply(offset, record);
  // It is in the store already, so what can't be read of it costs no more than who was watching a while ago.
  if (!applier_.note_presence(offset, record)) view_.applied(offset + 1);
  return {};
}

void OwnedPartition::when_applied(log::Offset end, Monotonic until, Reached reached) {
  if (next() >= end) return reached(true);
  {
    const std::lock_guard lock(mutex_);
    if (!given_up_) {
      waiting_.push_back({.end = end, .until = until, .reached = std::move(reached)});
      // Applied meanwhile: the feed's next turn answers it.
      return;
    }
  }
  reached(false);
}

void OwnedPartition::settle() { answer(false); }

void OwnedPartition::give_up_waiting() { answer(true); }

void OwnedPartition::go_on() {
  const std::lock_guard lock(mutex_);
  given_up_ = false;
}

void OwnedPartition::answer(bool all) {
  std::vector<Waiting> over;
  const auto applied = next();
  const auto now = clock_.monotonic();
  {
    const std::lock_guard lock(mutex_);
    if (all) given_up_ = true;
    const auto stays = [&](const Waiting& one) { return !all && applied < one.end && now < one.until; };
    const auto first_over = std::partition(waiting_.begin(), waiting_.end(), stays);
    std::move(first_over, waiting_.end(), std::back_inserter(over));
    waiting_.erase(first_over, waiting_.end());
  }
  for (auto& one : over) one.reached(applied >= one.end);
}

}  // namespace playhead::cluster
