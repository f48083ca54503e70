#include "apply/flusher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <set>

namespace playhead::apply {
namespace {

constexpr std::size_t kMaxUsersToDrop = 64;
constexpr std::chrono::milliseconds kRetryAfter{500};
// Pressure is looked at this often, however long the pause between two shards is.
constexpr std::chrono::milliseconds kLongestWait{100};

void stop_if_rewound(const Result<void>& result) {
  if (result || result.error().code != "store-rewound") return;
  spdlog::critical("The store went back behind what it had taken, and has to be brought up from the log: {}",
                   result.error().detail);
  std::abort();
}

}  // namespace

Flusher::Flusher(View& view, store::PositionStore& store, log::HeartbeatLog& log, push::Presence& presence,
                 Stats& stats, const Clock& clock, const FlushOptions& options)
    : view_(view),
      store_(store),
      log_(log),
      presence_(presence),
      stats_(stats),
      clock_(clock),
      options_(options),
      next_trim_(clock.monotonic() + options.trim_every) {}

Flusher::~Flusher() { stop(); }

void Flusher::start() {
  const auto pause = Monotonic::duration(options_.interval) / static_cast<int>(view_.shards());
  thread_ = std::thread([this, pause, due = clock_.monotonic() + pause] { loop(pause, due); });
}

void Flusher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Flusher::pressed() const {
  if (view_.bytes() > options_.view_bytes) return true;
  const auto checkpoint = stats_.checkpoint.load(std::memory_order_relaxed);
  const auto usage = log_.usage(options_.partition);
  // The log knows its size, not where the checkpoint lies in it: take the records' average.
  const auto records = std::max<std::uint64_t>(1, usage.next - usage.first);
  const auto behind = usage.next - std::clamp(checkpoint, usage.first, usage.next);
  return usage.bytes / records * behind > options_.replay_bytes;
}

void Flusher::loop(Monotonic::duration pause, Monotonic due) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (pressed()) due = std::min(due, clock_.monotonic());
      const auto left = healthy() ? due - clock_.monotonic() : Monotonic::duration(kRetryAfter);
      const auto wait = std::clamp<Monotonic::duration>(left, {}, healthy() ? kLongestWait : kRetryAfter);
      if (wake_.wait_for(lock, wait, [this] { return stopping_; })) return;
    }
    if (healthy() && clock_.monotonic() < due) continue;
    turn();
    // After a pause (a slow disk, a suspended machine) don't run to catch up: the next round is soon enough.
    due = std::max(due + pause, clock_.monotonic());
  }
}

void Flusher::turn() {
  const auto result = flush_shard(next_shard_);
  note_health(result);
  if (result) next_shard_ = (next_shard_ + 1) % view_.shards();
  presence_.sweep();
  drop_pending();
  if (clock_.monotonic() >= next_trim_) {
    sync_and_trim();
    next_trim_ = clock_.monotonic() + options_.trim_every;
  }
}

Result<void> Flusher::flush_shard(std::size_t shard) {
  const auto begin = clock_.monotonic();
  const auto batch = view_.begin_flush(shard);
  const auto checkpoint = view_.checkpoint();
  const bool nothing = batch.empty() && checkpoint == stats_.checkpoint.load(std::memory_order_relaxed);
  const auto result = nothing ? Result<void>() : flush_taken(batch, checkpoint);
  view_.finish_flush(batch, result.has_value());
  stop_if_rewound(result);
  if (nothing) return result;
  if (result) Stats::set(stats_.checkpoint, checkpoint);
  count(batch, begin, result.has_value());
  return result;
}

void Flusher::flush_urgent() {
  if (!view_.urgent()) return;
  const auto begin = clock_.monotonic();
  const auto batch = view_.begin_urgent_flush();
  // The checkpoint stays where it is: the rest of these shards is not in the store yet.
  const auto result = flush_taken(batch, stats_.checkpoint.load(std::memory_order_relaxed));
  view_.finish_flush(batch, result.has_value());
  stop_if_rewound(result);
  note_health(result);
  count(batch, begin, result.has_value());
}

void Flusher::count(const FlushBatch& batch, Monotonic begin, bool stored) {
  if (stored) {
    Stats::add(stats_.flushes);
    Stats::add(stats_.item_writes, batch.writes().size());
  }
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(clock_.monotonic() - begin);
  Stats::add(stats_.flush_nanoseconds, static_cast<std::uint64_t>(took.count()));
  Stats::set(stats_.view_bytes, view_.bytes());
  Stats::set(stats_.view_rows, view_.rows());
}

Result<void> Flusher::flush_taken(const FlushBatch& batch, log::Offset checkpoint) {
  for (const auto& erasure : batch.erasures()) {
    if (auto erased = store_.erase(erasure.user, erasure.up_to_ms); !erased) return erased;
  }
  return store_.merge(batch.writes(), checkpoint);
}

void Flusher::note_health(const Result<void>& result) {
  if (!result) Stats::add(stats_.flush_failures);
  if (!health_.note(result ? nullptr : &result.error())) return;
  if (result) {
    spdlog::info("The store takes writes again.");
  } else {
    spdlog::error("Updates wait in memory and in the log while the store refuses: {}", result.error().detail);
  }
}

Result<void> Flusher::flush_all() {
  for (std::size_t shard = 0; shard < view_.shards(); ++shard) {
    if (auto result = flush_shard(shard); !result) return result;
  }
  auto synced = store_.sync();
  stop_if_rewound(synced);
  return synced;
}

log::Offset Flusher::safe_checkpoint() {
  const auto checkpoint = stats_.checkpoint.load(std::memory_order_relaxed);
  const auto lag = store_.commit_lag();
  if (!lag) return checkpoint;
  const auto now = clock_.monotonic();
  if (reached_.empty() || reached_.back().second != checkpoint) reached_.emplace_back(now, checkpoint);
  log::Offset safe = 0;
  while (!reached_.empty() && reached_.front().first + *lag <= now) {
    safe = reached_.front().second;
    reached_.pop_front();
  }
  return safe;
}

void Flusher::sync_and_trim() {
  // Only what is on the disk may be forgotten by the log.
  auto result = store_.sync();
  stop_if_rewound(result);
  if (result) {
    const auto checkpoint = safe_checkpoint();
    if (checkpoint == 0) return;
    result = options_.release ? options_.release(checkpoint)
                              : log_.release(options_.partition, checkpoint, options_.retention, clock_.now_ms());
  }
  if (!result) spdlog::warn("The log keeps its length for now: {}", result.error().detail);
}

void Flusher::drop_rows(std::string user, store::Rows rows) {
  const std::lock_guard lock(mutex_);
  if (to_drop_.size() < kMaxUsersToDrop) to_drop_.emplace_back(std::move(user), std::move(rows));
}

void Flusher::drop_pending() {
  decltype(to_drop_) pending;
  {
    const std::lock_guard lock(mutex_);
    pending.swap(to_drop_);
  }
  for (const auto& [user, rows] : pending) {
    std::promise<Result<store::Rows>> read;
    store_.read({.user = user}, [&read](auto result) { read.set_value(std::move(result)); });
    const auto now = read.get_future().get();
    if (!now) continue;
    // What the view holds of them is newer: written over a dropped row, it would be all that is left of it.
    std::set<std::string, std::less<>> newer;
    for (const auto& row : view_.copy({.user = user})) newer.emplace(row.row_key);
    std::vector<std::string> unchanged;
    auto row = rows.begin();
    for (const auto& stored_row : *now) {  // both in key order
      while (row != rows.end() && (*row).row_key < stored_row.row_key) ++row;
      if (row == rows.end()) break;
      if ((*row).row_key == stored_row.row_key && (*row).item == stored_row.item &&
          !newer.contains(stored_row.row_key)) {
        unchanged.emplace_back(stored_row.row_key);
      }
    }
    if (store_.remove(user, unchanged)) Stats::add(stats_.trimmed_rows, unchanged.size());
  }
}

}  // namespace playhead::apply
