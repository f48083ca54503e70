#include "cluster/ownership.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace playhead::cluster {

Ownership::Ownership(log::GroupFeed& feed, log::HeartbeatLog& log, store::PositionStore& store,
                     DeadLetters& dead_letters, ClusterStats& stats, const Clock& clock,
                     const OwnershipOptions& options)
    : feed_(feed),
      log_(log),
      store_(store),
      dead_letters_(dead_letters),
      stats_(stats),
      clock_(clock),
      options_(options),
      partition_stats_(log.partitions()) {}

PartitionPtr Ownership::find(log::Partition partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = owned_.find(partition);
  return found == owned_.end() ? nullptr : found->second;
}

std::vector<PartitionPtr> Ownership::all() const {
  std::vector<PartitionPtr> all;
  const std::lock_guard lock(mutex_);
  all.reserve(owned_.size());
  for (const auto& [_, partition] : owned_) all.push_back(partition);
  return all;
}

std::uint64_t Ownership::view_bytes() const {
  std::uint64_t bytes = 0;
  const std::lock_guard lock(mutex_);
  for (const auto& [_, partition] : owned_) bytes += partition->view().bytes();
  return bytes;
}

std::optional<Error> Ownership::trouble() const {
  const std::lock_guard lock(mutex_);
  if (trouble_.empty()) return std::nullopt;
  const auto& [partition, error] = *trouble_.begin();
  auto detail = fmt::format("Partition {}: {}", partition, error.detail);
  if (trouble_.size() > 1) detail += fmt::format(" ({} more partitions have trouble.)", trouble_.size() - 1);
  return Error{error.code, std::move(detail)};
}

void Ownership::note_trouble(log::Partition partition, std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  if (error) {
    trouble_.insert_or_assign(partition, std::move(*error));
  } else {
    trouble_.erase(partition);
  }
}

std::optional<log::Offset> Ownership::held(log::Partition partition) {
  const auto found = held_.find(partition);
  if (found == held_.end()) return std::nullopt;
  return found->second->next();
}

void Ownership::assigned(log::Partition number, log::Offset from, log::Offset committed) {
  auto before = held_.extract(number);
  PartitionPtr partition;
  if (!before.empty() && before.mapped()->next() == from) {
    partition = std::move(before.mapped());
    partition->go_on();
  } else {
    partition = std::make_shared<OwnedPartition>(number, from, committed, store_, log_, partition_stats_[number],
                                                 stats_.read_times, clock_, options_.partition);
    ClusterStats::add(stats_.partitions_taken);
  }
  {
    const std::lock_guard lock(mutex_);
    owned_[number] = std::move(partition);
  }
  if (paused_) feed_.pause(number);
}

void Ownership::take_out(std::span<const log::Partition> partitions, std::vector<PartitionPtr>& out) {
  const std::lock_guard lock(mutex_);
  for (const auto number : partitions) {
    auto node = owned_.extract(number);
    if (!node.empty()) out.push_back(std::move(node.mapped()));
    trouble_.erase(number);
    stuck_.erase(number);
  }
}

void Ownership::revoked(std::span<const log::Partition> partitions) {
  std::vector<PartitionPtr> out;
  take_out(partitions, out);
  // Whoever waits here for a record asks the next owner, or the store.
  for (const auto& partition : out) partition->give_up_waiting();
  if (store_now_) store_now_(out, options_.hand_over);
  for (auto& partition : out) held_[partition->number()] = std::move(partition);
}

void Ownership::lost(std::span<const log::Partition> partitions) {
  std::vector<PartitionPtr> out;
  take_out(partitions, out);
  ClusterStats::add(stats_.partitions_lost, out.size());
  for (auto& partition : out) {
    partition->give_up_waiting();
    held_[partition->number()] = std::move(partition);
  }
  spdlog::warn("The group has held this node for dead: its {} partitions are other nodes' now.", partitions.size());
}

void Ownership::settled() {
  // What a view still held of these is replayed from the log by their owners.
  ClusterStats::add(stats_.partitions_handed_on, held_.size());
  held_.clear();
  joined_ = true;
}

void Ownership::record(log::Partition number, log::Offset offset, std::int64_t /*appended_ms*/,
                       std::string_view record) {
  // The feed's thread alone changes owned_.
  const auto found = owned_.find(number);
  if (found == owned_.end() || stuck_.contains(number)) return;
  if (const auto applied = found->second->apply(offset, record); !applied) {
    get_stuck(*found->second, offset, record, applied.error());
  }
}

void Ownership::get_stuck(OwnedPartition& partition, log::Offset offset, std::string_view record,
                          const Error& error) {
  const auto number = partition.number();
  // Nothing behind it is applied until it is settled: reads say that they may be stale, and nothing is committed.
  feed_.pause(number);
  const bool too_new = error.code == "record-too-new";
  auto& stuck = stuck_[number] = {.offset = offset,
                                  .record = std::string(record),
                                  .error = error,
                                  .too_new = too_new,
                                  .again = clock_.monotonic(),
                                  .outcome = nullptr};
  const auto detail = fmt::format("Its record {} can't be applied: {}", offset, error.detail);
  if (too_new) {
    ClusterStats::add(stats_.records_too_new);
    note_trouble(number,
                 Error{error.code, detail + " Update this node; until then answers about its users are stale."});
    spdlog::error("Partition {} stands still. {}", number, detail);
    return;
  }
  spdlog::error("Partition {}: {} It goes to the dead letters.", number, detail);
  send_dead_letter(number, stuck);
}

void Ownership::send_dead_letter(log::Partition number, Stuck& stuck) {
  stuck.outcome = std::make_shared<std::atomic<int>>(0);
  dead_letters_.put(
      {.user = {}, .record = stuck.record, .reason = stuck.error, .partition = number, .offset = stuck.offset},
      [outcome = stuck.outcome](const Result<void>& result) { *outcome = result ? 1 : -1; });
}

void Ownership::look_at_stuck() {
  for (auto at = stuck_.begin(); at != stuck_.end();) {
    auto& [number, stuck] = *at;
    const int outcome = stuck.outcome ? stuck.outcome->load() : 0;
    if (outcome == 1) {
      ClusterStats::add(stats_.dead_letters);
      owned_.at(number)->skip(stuck.offset);
      note_trouble(number, std::nullopt);
      if (!paused_) feed_.resume(number);
      at = stuck_.erase(at);
      continue;
    }
    if (outcome == -1 && !stuck.too_new) {
      note_trouble(number, Error{"dead-letters-unavailable",
                                 fmt::format("Record {} is broken and the dead letters don't take it: {}",
                                             stuck.offset, stuck.error.detail)});
      if (clock_.monotonic() >= stuck.again) {
        stuck.again = clock_.monotonic() + options_.dead_letter_again;
        send_dead_letter(number, stuck);
      }
    }
    ++at;
  }
}

void Ownership::damaged(log::Partition number, log::Offset first, log::Offset next, const Error& error) {
  ClusterStats::add(stats_.records_damaged, next > first ? next - first : 1);
  spdlog::critical("Partition {}: {}", number, error.detail);
  note_trouble(number, error);
  if (const auto found = owned_.find(number); found != owned_.end()) found->second->skip(next - 1);
}

void Ownership::bound_memory() {
  const auto bytes = view_bytes();
  if (!paused_ && bytes > options_.view_bytes) {
    paused_ = true;
    spdlog::warn("The views hold {} MB: partitions wait for the store.", bytes >> 20);
    for (const auto& [number, _] : owned_) feed_.pause(number);
  } else if (paused_ && bytes < options_.view_bytes / 5 * 4) {
    paused_ = false;
    for (const auto& [number, _] : owned_) {
      if (!stuck_.contains(number)) feed_.resume(number);
    }
  }
}

void Ownership::turn_over() {
  for (const auto& [_, partition] : owned_) partition->settle();
  look_at_stuck();
  bound_memory();
}

}  // namespace playhead::cluster
