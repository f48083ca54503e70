#include "log/spool/spooled_log.h"

#include <spdlog/spdlog.h>

#include "model/record.h"

namespace playhead::log {

namespace {

std::uint64_t records_in(const HeartbeatLog& spool) {
  const auto usage = spool.usage(kOnlyPartition);
  return usage.next - usage.first;
}

}  // namespace

SpooledLog::SpooledLog(HeartbeatLog& queue, HeartbeatLog& spool, const Clock& clock, const SpoolOptions& options,
                       SpoolHooks hooks)
    : queue_log_(queue),
      spool_(spool),
      options_(options),
      // With something in the spool it was away last: nobody shall wait to learn that it still is.
      queue_(queue, clock, records_in(spool) > 0),
      drainer_(queue_, spool, options_, clock, static_cast<bool>(hooks.spooled)),
      writer_(spool, options_, std::move(hooks), answers_, [this] { drainer_.wake(); }) {
  if (const auto left = records_in(spool); left > 0) {
    spdlog::info("The spool holds {} records from before; they go to the queue as soon as it takes any.", left);
  }
}

SpooledLog::~SpooledLog() { answers_.wait_until_empty(); }

void SpooledLog::append(std::string_view record, AppendDone done) {
  auto& entry = answers_.add(record, std::move(done));
  if (queue_.away()) return writer_.put(entry);
  queue_.append(record, [this, &entry](Result<Appended> outcome) {
    if (!outcome && outcome.error().code == "log-unavailable") return queue_refused(entry, outcome.error());
    answers_.answer(entry, std::move(outcome));
  });
}

void SpooledLog::queue_refused(OrderedAnswers::Entry& entry, const Error& error) {
  if (queue_.failed(error)) {
    spdlog::error("Updates go to the spool while the queue is away: {}", error.detail);
    drainer_.wake();
  }
  writer_.put(entry);
}

std::int64_t SpooledLog::oldest_ms(Offset offset) const {
  const std::lock_guard lock(oldest_mutex_);
  if (offset == oldest_offset_) return oldest_ms_;
  (void)spool_.read(kOnlyPartition, offset, [&](Offset, std::string_view record) {
    oldest_ms_ = model::record_time(record).value_or(0);
    oldest_offset_ = offset;
    return false;
  });
  return offset == oldest_offset_ ? oldest_ms_ : 0;
}

SpoolStatus SpooledLog::status() const {
  // First what is drained: the end is never before it.
  const auto drained = drainer_.drained();
  const auto usage = spool_.usage(kOnlyPartition);
  SpoolStatus status{.away = queue_.away(),
                     .since_ms = queue_.since_ms(),
                     .records = usage.next - drained,
                     .bytes = usage.bytes,
                     .max_bytes = options_.max_bytes,
                     .spooled = writer_.written(),
                     .drained = drainer_.drained_count(),
                     .queue = queue_.trouble(),
                     .spool = writer_.trouble(),
                     .drain = drainer_.trouble()};
  if (status.records > 0) status.oldest_ms = oldest_ms(drained);
  return status;
}

}  // namespace playhead::log
