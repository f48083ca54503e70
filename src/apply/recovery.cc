#include "apply/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace playhead::apply {

namespace {

constexpr std::string_view kGiveUpTheLog =
    "move its folder log/ away and start once with --log-begin-anew, which gives up what only the log has";

// What a person can do is the same whatever is wrong with the log.
[[noreturn]] void refuse(const Error& error) {
  throw StartupError(
      fmt::format("The log can't be replayed ({}). {} No record was removed: restore the data folder from a "
                  "backup, or go on from what the store has: {}.",
                  error.code, error.detail, kGiveUpTheLog));
}

std::unexpected<Error> missing(log::Offset offset) {
  return fail("log-corrupt", fmt::format("Record {} is missing.", offset));
}

void check_ends(const log::LogUsage& usage, log::Offset checkpoint) {
  if (usage.first > checkpoint) {
    throw StartupError(
        fmt::format("The log begins at record {}, but the store has only what is below {}: records "
                    "between are missing. Restore the data folder as a whole from a backup.",
                    usage.first, checkpoint));
  }
  if (usage.next < checkpoint) {
    throw StartupError(
        fmt::format("The log ends before record {}, but the store already has what is below {}: the "
                    "log was cut or lost, or log and store are not of one folder. Restore the data folder as a whole "
                    "from a backup, or, if the log was cut or lost, {}.",
                    usage.next, checkpoint, kGiveUpTheLog));
  }
}

}  // namespace

Recovered recover(log::HeartbeatLog& log, store::PositionStore& store, Applier& applier, View& view, Stats& stats,
                  const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) {
  const auto stored = store.checkpoint();
  if (!stored) throw StartupError(fmt::format("The store's checkpoint can't be read: {}", stored.error().detail));
  const auto usage = log.usage(log::kOnlyPartition);
  Recovered recovered{.checkpoint = std::max<log::Offset>(1, *stored)};
  check_ends(usage, recovered.checkpoint);
  view.applied(recovered.checkpoint);
  Stats::set(stats.checkpoint, recovered.checkpoint);
  const auto all = usage.next - recovered.checkpoint;
  const auto updates_before = stats.applied_updates.load();
  auto tell_at = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  Result<void> applied;
  const auto read =
      log.read(log::kOnlyPartition, recovered.checkpoint, [&](log::Offset offset, std::string_view record) {
        const auto expected = recovered.checkpoint + recovered.records;
        if (offset != expected) {
          applied = missing(expected);
          return false;
        }
        applied = applier.apply(offset, record);
        if (!applied) {
          applied = fail(applied.error().code, fmt::format("Record {}: {}", offset, applied.error().detail));
          return false;
        }
        ++recovered.records;
        if (const auto now = std::chrono::steady_clock::now(); now >= tell_at) {
          progress(recovered.records, all);
          tell_at = now + std::chrono::seconds(1);
        }
        return true;
      });
  if (!read) refuse(read.error());
  if (!applied) refuse(applied.error());
  if (recovered.records < all) refuse(missing(recovered.checkpoint + recovered.records).error());
  recovered.updates = stats.applied_updates.load() - updates_before;
  return recovered;
}

}  // namespace playhead::apply
