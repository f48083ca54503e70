#include "apply/flusher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

namespace playhead::apply {
namespace {

constexpr std::size_t kMaxUsersToDrop = 64;
constexpr std::chrono::milliseconds kRetryAfter{500};

}  // namespace

Flusher::Flusher(View& view, store::PositionStore& store, log::HeartbeatLog& log, push::Presence& presence,
                 Stats& stats, const Clock& clock, const FlushOptions& options)
    : view_(view), store_(store), log_(log), presence_(presence), stats_(stats), clock_(clock), options_(options) {}

Flusher::~Flusher() { stop(); }

void Flusher::start() {
  thread_ = std::thread([this] { loop(); });
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
  const auto usage = log_.usage();
  // The log knows its size, not where the checkpoint lies in it: take the records' average.
  const auto records = std::max<std::uint64_t>(1, usage.next - usage.first);
  const auto behind = usage.next - std::clamp(checkpoint, usage.first, usage.next);
  return usage.bytes / records * behind > options_.replay_bytes;
}

void Flusher::loop() {
  const auto pause = options_.interval / static_cast<int>(view_.shards());
  std::size_t shard = 0;
  auto due = clock_.monotonic();
  auto next_trim = due + options_.trim_every;
  while (true) {
    due += pause;
    {
      std::unique_lock lock(mutex_);
      if (pressed() && healthy()) due = clock_.monotonic();
      const auto wait = healthy() ? std::max(due - clock_.monotonic(), {}) : Monotonic::duration(kRetryAfter);
      if (wake_.wait_for(lock, wait, [this] { return stopping_; })) return;
    }
    const auto result = flush_shard(shard);
    note_health(result);
    if (result) shard = (shard + 1) % view_.shards();
    presence_.sweep();
    drop_pending();
    if (clock_.monotonic() >= next_trim) {
      sync_and_trim();
      next_trim = clock_.monotonic() + options_.trim_every;
    }
    // After a pause (a slow disk, a suspended machine) don't run to catch up: the next round is soon enough.
    due = std::max(due, clock_.monotonic() - pause);
  }
}

Result<void> Flusher::flush_shard(std::size_t shard) {
  const auto begin = clock_.monotonic();
  const auto batch = view_.begin_flush(shard);
  const auto checkpoint = view_.checkpoint();
  Result<void> result;
  if (batch.empty() && checkpoint == stats_.checkpoint.load(std::memory_order_relaxed)) {
    view_.finish_flush(batch, true);
    return result;
  }
  for (const auto& erasure : batch.erasures()) {
    if (result) result = store_.erase(erasure.user, erasure.up_to_ms);
  }
  if (result) result = store_.merge(batch.writes(), checkpoint);
  view_.finish_flush(batch, result.has_value());
  if (result) {
    Stats::add(stats_.flushes);
    Stats::add(stats_.item_writes, batch.writes().size());
    Stats::set(stats_.checkpoint, checkpoint);
  }
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(clock_.monotonic() - begin);
  Stats::add(stats_.flush_nanoseconds, static_cast<std::uint64_t>(took.count()));
  Stats::set(stats_.view_bytes, view_.bytes());
  Stats::set(stats_.view_rows, view_.rows());
  return result;
}

void Flusher::note_health(const Result<void>& result) {
  if (!result) Stats::add(stats_.flush_failures);
  if (healthy_.exchange(result.has_value()) == result.has_value()) return;
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
  return store_.sync();
}

void Flusher::sync_and_trim() {
  // Only what is on the disk may be forgotten by the log.
  const auto checkpoint = stats_.checkpoint.load(std::memory_order_relaxed);
  auto result = store_.sync();
  if (result) result = log_.trim(checkpoint, options_.retention, clock_.now_ms());
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
    std::vector<std::string> unchanged;
    auto row = rows.begin();
    for (const auto& stored_row : *now) {  // both in key order
      while (row != rows.end() && (*row).row_key < stored_row.row_key) ++row;
      if (row == rows.end()) break;
      if ((*row).row_key == stored_row.row_key && (*row).item == stored_row.item) {
        unchanged.emplace_back(stored_row.row_key);
      }
    }
    if (store_.remove(user, unchanged)) Stats::add(stats_.trimmed_rows, unchanged.size());
  }
}

}  // namespace playhead::apply
