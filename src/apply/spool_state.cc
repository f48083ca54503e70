#include "apply/spool_state.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <utility>

namespace playhead::apply {
namespace {

[[noreturn]] void refuse(const Error& error) {
  throw StartupError(fmt::format(
      "The spool, which holds updates that the queue does not have yet, can't be replayed ({}). {} No record "
      "was removed: restore the spool's folder from a backup, or move it away, which gives up what only the "
      "spool has.",
      error.code, error.detail));
}

FlushOptions flush_options(const SpoolStateOptions& options) {
  return {.interval = options.flush_every, .view_bytes = options.view_bytes / 2, .trim_every = options.flush_every};
}

}  // namespace

void SpoolState::SpoolSide::append(std::string_view, AppendDone done) {
  done(fail("log-unavailable", "A flusher appends nothing."));
}

Result<void> SpoolState::SpoolSide::read(log::Partition partition, log::Offset from, const Visitor& visit) {
  return spool_.read(partition, from, visit);
}

Result<void> SpoolState::SpoolSide::release(log::Partition, log::Offset checkpoint, const log::Retention&,
                                            std::int64_t) {
  flushed(checkpoint);
  return {};
}

Result<void> SpoolState::StoreSide::merge(std::span<const store::ItemWrite> writes, std::uint64_t) {
  return writes.empty() ? Result<void>() : store_.merge(writes, 0);
}

SpoolState::SpoolState(log::HeartbeatLog& spool, store::PositionStore& store, const Clock& clock,
                       const SpoolStateOptions& options)
    : options_(options),
      view_(options.shards),
      presence_({.enabled = false}, clock),
      applier_(view_, presence_, stats_),
      spool_side_(spool),
      store_side_(store),
      flusher_(view_, store_side_, spool_side_, presence_, stats_, clock, flush_options(options)),
      readable_(view_, store) {
  replay(spool);
}

SpoolState::~SpoolState() { flusher_.stop(); }

void SpoolState::replay(log::HeartbeatLog& spool) {
  const auto first = spool.usage(log::kOnlyPartition).first;
  view_.applied(first);
  Stats::set(stats_.checkpoint, first);
  bool store_takes = true;
  Result<void> applied;
  const auto read = spool.read(log::kOnlyPartition, first, [&](log::Offset offset, std::string_view record) {
    applied = applier_.apply(offset, record);
    if (!applied) {
      applied = fail(applied.error().code, fmt::format("Record {}: {}", offset, applied.error().detail));
      return false;
    }
    ++replayed_;
    if (store_takes && view_.bytes() > options_.view_bytes) store_takes = flusher_.flush_all().has_value();
    return true;
  });
  if (!read) refuse(read.error());
  if (!applied) refuse(applied.error());
}

void SpoolState::start(Flushed flushed) {
  spool_side_.flushed = std::move(flushed);
  flusher_.start();
}

Result<void> SpoolState::stop() {
  flusher_.stop();
  return flusher_.flush_all();
}

Result<void> SpoolState::room() const {
  if (view_.bytes() <= options_.view_bytes) return {};
  return fail(
      "log-full",
      fmt::format("The queue and the store are both away, and {} bytes of updates wait in memory for the store: "
                  "send the same again when either is back.",
                  view_.bytes()));
}

void SpoolState::spooled(log::Offset offset, std::string_view record) {
  if (const auto applied = applier_.apply(offset, record); !applied) {
    // As in the committer: going on would acknowledge what no reader finds.
    spdlog::critical("A record that was just spooled can't be applied: {}", applied.error().detail);
    std::abort();
  }
}

}  // namespace playhead::apply
