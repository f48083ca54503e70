#include "cluster/write_behind.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace playhead::cluster {

WriteBehind::WriteBehind(Partitions partitions, log::GroupFeed& feed, const Clock& clock,
                         const WriteBehindOptions& options)
    : partitions_(std::move(partitions)),
      feed_(feed),
      clock_(clock),
      options_(options),
      next_commit_(clock.monotonic() + options.commit_every),
      chance_(std::random_device{}()) {}

WriteBehind::~WriteBehind() { stop(); }

void WriteBehind::start() {
  thread_ = std::thread([this] { loop(); });
}

void WriteBehind::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::optional<Error> WriteBehind::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void WriteBehind::store_now(std::span<const PartitionPtr> partitions, std::chrono::milliseconds at_most) {
  Order order{.partitions = {partitions.begin(), partitions.end()}, .until = clock_.monotonic() + at_most};
  if (!thread_.joinable()) return carry_out(order);
  std::unique_lock lock(mutex_);
  if (stopping_) return;
  orders_.push_back(&order);
  wake_.notify_one();
  if (carried_out_.wait_for(lock, at_most, [&order] { return order.done; })) return;
  // Not begun: nobody will. Begun: the order is this thread's memory, so its current write has to end.
  if (std::erase(orders_, &order) == 0) carried_out_.wait(lock, [&order] { return order.done; });
}

void WriteBehind::loop() {
  while (true) {
    Order* order = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, options_.urgent_every, [this] { return stopping_ || !orders_.empty(); });
      if (!orders_.empty()) {
        order = orders_.front();
        orders_.erase(orders_.begin());
      } else if (stopping_) {
        return;
      }
    }
    if (order != nullptr) {
      carry_out(*order);
      continue;
    }
    turn();
  }
}

void WriteBehind::turn() {
  if (clock_.monotonic() < retry_at_) return;
  const auto partitions = partitions_();
  if (!flush_urgent(partitions) || !flush_due(partitions)) retry_at_ = clock_.monotonic() + pause_after_failure();
  if (clock_.monotonic() >= next_commit_) commit();
}

void WriteBehind::carry_out(Order& order) {
  // What a person would notice first, of all of them.
  bool stored = flush_urgent(order.partitions);
  for (const auto& partition : order.partitions) {
    auto& flusher = partition->flusher();
    for (std::size_t shard = 0; stored && shard < partition->view().shards(); ++shard) {
      if (clock_.monotonic() >= order.until) break;
      flusher.turn();
      stored = note(flusher.trouble());
    }
  }
  commit();
  const std::lock_guard lock(mutex_);
  order.done = true;
  carried_out_.notify_all();
}

bool WriteBehind::flush_urgent(std::span<const PartitionPtr> partitions) {
  return std::ranges::all_of(partitions, [this](const PartitionPtr& partition) {
    if (!partition->view().urgent()) return true;
    partition->flusher().flush_urgent();
    return note(partition->flusher().trouble());
  });
}

bool WriteBehind::flush_due(std::span<const PartitionPtr> partitions) {
  std::uint64_t bytes = 0;
  for (const auto& partition : partitions) bytes += partition->view().bytes();
  const bool pressed = bytes > options_.view_bytes;
  for (const auto& partition : partitions) {
    const auto now = clock_.monotonic();
    const auto pause = Monotonic::duration(options_.interval) / static_cast<int>(partition->view().shards());
    if (partition->next_turn == Monotonic{}) {
      // Partitions that come together don't write together.
      partition->next_turn = now + pause * (partition->number() % 8) / 8;
    }
    if (!pressed && now < partition->next_turn) continue;
    partition->flusher().turn();
    if (!note(partition->flusher().trouble())) return false;
    // After a pause (a store that was away) don't run to catch up: the next round is soon enough.
    partition->next_turn = std::max(partition->next_turn + pause, clock_.monotonic());
  }
  return true;
}

bool WriteBehind::note(std::optional<Error> trouble) {
  const bool well = !trouble;
  if (well) pause_ = {};
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(trouble);
  return well;
}

Monotonic::duration WriteBehind::pause_after_failure() {
  pause_ = std::clamp(2 * pause_, options_.min_pause, options_.max_pause);
  std::uniform_int_distribution<std::int64_t> part(pause_.count() / 2, pause_.count());
  return std::chrono::milliseconds(part(chance_));
}

void WriteBehind::commit() {
  next_commit_ = clock_.monotonic() + options_.commit_every;
  if (checkpoints_.empty()) return;
  std::vector<log::Checkpoint> checkpoints;
  for (const auto& [partition, offset] : std::exchange(checkpoints_, {})) checkpoints.push_back({partition, offset});
  if (const auto committed = feed_.commit(checkpoints); !committed && committed.error().code != "not-owner") {
    // The next ones are greater and will do.
    spdlog::warn("Checkpoints stay where they are for now: {}", committed.error().detail);
  }
}

}  // namespace playhead::cluster
