#include "log/spool/spool_writer.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "model/record.h"
#include "model/user_runs.h"

namespace playhead::log {
namespace {

// What stands before the updates; nothing when it is no record of ours.
std::string_view header_of(std::string_view record) {
  return model::record_time(record) ? model::UserRuns(record, 0).header() : std::string_view();
}

}  // namespace

SpoolWriter::SpoolWriter(HeartbeatLog& spool, const SpoolOptions& options, SpoolHooks hooks, OrderedAnswers& answers,
                         std::function<void()> written)
    : spool_(spool),
      options_(options),
      hooks_(std::move(hooks)),
      answers_(answers),
      written_(std::move(written)),
      thread_([this] { loop(); }) {}

SpoolWriter::~SpoolWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void SpoolWriter::put(OrderedAnswers::Entry& entry) {
  // Notified under the lock: once the entry is answered, the log may go and take the writer with it.
  const std::lock_guard lock(mutex_);
  waiting_.push_back(&entry);
  work_.notify_one();
}

void SpoolWriter::loop() {
  std::vector<OrderedAnswers::Entry*> taken;
  while (true) {
    taken.clear();
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      taken.swap(waiting_);
    }
    for (Entries rest = taken; !rest.empty();) {
      const auto together = take_together(rest);
      rest = rest.subspan(together.size());
      write(together);
    }
  }
}

// The first ones that can be one record, which is then in combined_ if they are several.
SpoolWriter::Entries SpoolWriter::take_together(Entries entries) {
  const auto first = entries.front()->record;
  auto bytes = first.size();
  std::size_t count = 1;
  for (; count < entries.size() && !header_of(first).empty(); ++count) {
    const auto record = entries[count]->record;
    const auto header = header_of(record);
    if (header.empty() || bytes + record.size() > options_.most_combined) break;
    if (count == 1) combined_.assign(first);
    combined_.append(record.substr(header.size()));
    bytes = combined_.size();
  }
  return entries.first(count);
}

Result<void> SpoolWriter::room() const {
  const auto bytes = spool_.usage(kOnlyPartition).bytes;
  if (bytes >= options_.max_bytes) {
    return fail("log-full", fmt::format("The queue is away and the spool that stands in for it is full ({} bytes): "
                                        "send the same again when the queue is back, or give the spool more room.",
                                        bytes));
  }
  return hooks_.room ? hooks_.room() : Result<void>();
}

Result<Appended> SpoolWriter::append(std::string_view record) {
  if (const auto enough = room(); !enough) return std::unexpected(enough.error());
  std::promise<Result<Appended>> answered;
  spool_.append(record, [&answered](Result<Appended> done) { answered.set_value(std::move(done)); });
  auto done = answered.get_future().get();
  if (done) return done;
  const bool full = done.error().code == "log-full";
  return fail(full ? "log-full" : "log-unavailable",
              fmt::format("The queue is away and the spool refuses: {}", done.error().detail));
}

void SpoolWriter::write(Entries together) {
  const std::string_view record = together.size() == 1 ? together.front()->record : combined_;
  const auto done = append(record);
  if (done) {
    if (hooks_.spooled) hooks_.spooled(done->offset, record);
    ++written_count_;
    if (trouble_.clear()) spdlog::info("The spool takes updates again.");
    written_();
  } else if (trouble_.set(done.error())) {
    spdlog::error("No update is acknowledged: {}", done.error().detail);
  }
  // Nothing of an entry may be touched once it is answered, and its record is the caller's again.
  for (auto* const entry : together) {
    if (done) {
      answers_.answer(*entry, Appended{.offset = 0, .durability = Durability::kLocal});
    } else {
      answers_.answer(*entry, std::unexpected(done.error()));
    }
  }
}

}  // namespace playhead::log
