#include "log/rocksdb/rocksdb_log.h"

#include <rocksdb/convenience.h>
#include <rocksdb/table.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <utility>

#include "log/rocksdb/record_frame.h"

namespace playhead::log {
namespace {

using rocksdb::Slice;
using rocksdb::Status;
using Session = disk::Database::Session;

enum Family : std::size_t { kRecords, kMeta };
// In kMeta: the offset that comes next although no record is left to tell.
constexpr std::string_view kNextKey = "next";

Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }
std::string_view view(const std::array<char, 8>& key) { return {key.data(), key.size()}; }

Error failure(const Status& status) {
  return disk::describe(status, "log-full", "log-unavailable", "the log cannot be written");
}
Error unreadable() { return {"log-unavailable", "the log is being opened again after a failure"}; }
Error corrupt(Offset offset, const std::string& how) {
  return {"log-corrupt", "the log's record at offset " + std::to_string(offset) + " cannot be read back: " + how};
}

disk::DatabaseOptions database_options(const RocksDbLogOptions& options) {
  disk::DatabaseOptions out{.path = options.path,
                            .db = disk::common_options(options.env),
                            .refuse_damaged_wals = true,
                            .retry_every = options.retry_every};
  // What was checked is what RocksDB may find: at most a torn tail.
  out.db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // One thread appends.
  out.db.allow_concurrent_memtable_write = false;
  out.db.enable_write_thread_adaptive_yield = false;

  // Segments are written once and hardly ever read: past the page cache, an append costs 40 % less processor time.
  out.db.use_direct_io_for_flush_and_compaction = disk::direct_io_works(*options.env, options.path);

  rocksdb::ColumnFamilyOptions records;
  records.write_buffer_size = options.segment_bytes;
  records.max_write_buffer_number = 3;
  // Records fill several blocks of the default arena; larger ones are cheaper to get.
  records.arena_block_size = std::min<std::size_t>(options.segment_bytes / 8, 8 << 20);
  records.num_levels = 2;
  // Each file goes to level 1 at once, where it may be dropped; nothing there is ever compacted. Where the disk does
  // not keep up, what waits in memory is written as one larger file.
  records.level0_file_num_compaction_trigger = 1;
  records.max_bytes_for_level_base = std::uint64_t{1} << 50;
  records.target_file_size_base = std::uint64_t{1} << 40;
  records.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;  // read once, in order
  records.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  rocksdb::ColumnFamilyOptions meta;
  meta.write_buffer_size = 64 << 10;
  out.families = {{rocksdb::kDefaultColumnFamilyName, records}, {"meta", meta}};
  return out;
}

// On its own, so that ThreadSanitizer has a frame of keep_next to tell this write by (tools/tsan.supp).
[[gnu::noinline]] Status put_next(const disk::Database::Session& session, Offset next) {
  rocksdb::WriteOptions durable;
  durable.sync = true;
  return session->Put(durable, session.family(kMeta), slice(kNextKey), slice(view(offset_key(next))));
}

}  // namespace

RocksDbLog::RocksDbLog(RocksDbLogOptions options)
    : options_(std::move(options)), database_(database_options(options_)) {
  if (const auto loaded = load(); !loaded) throw StartupError(loaded.error().detail);
}

Result<std::vector<RocksDbLog::Segment>> RocksDbLog::segments(const Session& session) const {
  std::vector<rocksdb::LiveFileMetaData> files;
  session->GetLiveFilesMetaData(&files);
  rocksdb::TablePropertiesCollection properties;
  const auto status = session->GetPropertiesOfAllTables(session.family(kRecords), &properties);
  if (!status.ok())
    return std::unexpected(Error{"log-corrupt", "the log in " + options_.path + ": " + status.ToString()});
  std::vector<Segment> segments;
  for (const auto& file : files) {
    if (file.column_family_name != rocksdb::kDefaultColumnFamilyName) continue;
    const auto found = properties.find(file.db_path + file.name);
    // Written between the two calls: the next call sees it.
    if (found == properties.end()) continue;
    segments.push_back({.first = key_offset(file.smallestkey),
                        .last = key_offset(file.largestkey),
                        .bytes = found->second->raw_value_size - kFrameBytes * found->second->num_entries,
                        .level = file.level});
  }
  std::ranges::sort(segments, {}, &Segment::first);
  return segments;
}

// Opening has moved everything from the write-ahead log into segments, so these are all there is.
Result<void> RocksDbLog::load() {
  const auto session = database_.use();
  const auto found = segments(session);
  if (!found) return std::unexpected(found.error());
  std::string floor;
  const auto status = session->Get({}, session.family(kMeta), slice(kNextKey), &floor);
  if (!status.ok() && !status.IsNotFound()) return std::unexpected(failure(status));
  Offset next = floor.size() == sizeof(Offset) ? key_offset(floor) : 1;
  if (found->empty() && status.IsNotFound() && options_.begin_at > 1) {
    next = options_.begin_at;
    if (const auto kept = keep_next(session, next); !kept.ok()) return std::unexpected(failure(kept));
    spdlog::warn("{} is empty and begins anew at record {}: what only an earlier log had is given up.", options_.path,
                 next);
  }
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const auto& segment = (*found)[i];
    if (i > 0 && segment.first != next) {
      return fail("log-corrupt", "the log in " + options_.path + " lacks its records from offset " +
                                     std::to_string(next) + " to " + std::to_string(segment.first - 1) +
                                     ": restore the data folder from a copy");
    }
    next = std::max(next, segment.last + 1);
    bytes += segment.bytes;
  }
  first_ = found->empty() ? next : found->front().first;
  next_ = next;
  bytes_ = bytes;
  return {};
}

void RocksDbLog::append(std::string_view record, AppendDone done) {
  if (failed_) {
    if (const auto status = database_.recover(); !status.ok()) return done(std::unexpected(failure(status)));
    if (const auto loaded = load(); !loaded) return done(std::unexpected(loaded.error()));
    failed_ = false;
  }
  const Offset offset = next_;
  const auto key = offset_key(offset);
  const auto frame = make_frame(options_.clock->now_ms(), record);
  const Slice key_parts[] = {slice(view(key))};
  const Slice value_parts[] = {{frame.data(), frame.size()}, slice(record)};
  const auto session = database_.use();
  batch_.Clear();
  auto status =
      batch_.Put(session.family(kRecords), rocksdb::SliceParts(key_parts, 1), rocksdb::SliceParts(value_parts, 2));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  if (status.ok()) status = session->Write(durable, &batch_);
  if (!status.ok()) {
    failed_ = true;
    return done(std::unexpected(failure(status)));
  }
  bytes_ += record.size();
  next_ = offset + 1;
  done(Appended{.offset = offset, .durability = Durability::kDisk});
}

Result<void> RocksDbLog::read(Partition, Offset from, const Visitor& visit) {
  const Offset end = next_;
  const auto session = database_.use();
  if (!session) return std::unexpected(unreadable());
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 4 << 20;
  const std::unique_ptr<rocksdb::Iterator> at(session->NewIterator(options, session.family(kRecords)));
  Offset expected = std::max<Offset>(from, 1);
  if (expected >= end) return {};
  at->Seek(slice(view(offset_key(expected))));
  if (at->Valid() && key_offset(view(at->key())) != expected) {
    // Behind the first record that is kept there is nothing to read; a gap anywhere else is damage.
    const auto found = key_offset(view(at->key()));
    at->SeekToFirst();
    if (at->Valid() && key_offset(view(at->key())) == found) expected = found;
  }
  for (; expected < end; ++expected, at->Next()) {
    if (!at->Valid()) {
      if (at->status().ok() && expected < first_) return {};  // all of it was trimmed meanwhile
      return std::unexpected(corrupt(expected, at->status().ok() ? "it is missing" : at->status().ToString()));
    }
    if (key_offset(view(at->key())) != expected) return std::unexpected(corrupt(expected, "it is missing"));
    const auto framed = open_frame(view(at->value()));
    if (!framed) return std::unexpected(corrupt(expected, "checksum mismatch"));
    if (!visit(expected, framed->record)) return {};
  }
  return {};
}

Result<std::int64_t> RocksDbLog::appended_ms(const Session& session, Offset offset) const {
  rocksdb::PinnableSlice value;
  const auto status = session->Get({}, session.family(kRecords), slice(view(offset_key(offset))), &value);
  if (!status.ok() || value.size() < kFrameBytes) return std::unexpected(corrupt(offset, status.ToString()));
  return frame_time(view(value));
}

Result<void> RocksDbLog::release(Partition, Offset checkpoint, const Retention& retention, std::int64_t now_ms) {
  const std::lock_guard one_at_a_time(trim_mutex_);
  const auto session = database_.use();
  if (!session || !session.writable()) return std::unexpected(unreadable());
  const Offset next = next_;
  const auto found = segments(session);
  if (!found) return std::unexpected(found.error());
  const auto& all = *found;
  std::uint64_t flushed = 0, behind = 0;
  for (const auto& segment : all) flushed += segment.bytes;
  const Offset first_unflushed = all.empty() ? first_.load() : all.back().last + 1;
  const std::uint64_t total = bytes_, unflushed = total - std::min(total, flushed);
  const auto count_behind = [&](Offset first, Offset last, std::uint64_t bytes) {
    if (checkpoint <= first || last < first) return;
    const auto records = last - first + 1, below = std::min(checkpoint - first, records);
    behind += static_cast<std::uint64_t>(static_cast<double>(bytes) * static_cast<double>(below) /
                                         static_cast<double>(records));
  };
  for (const auto& segment : all) count_behind(segment.first, segment.last, segment.bytes);
  count_behind(first_unflushed, next - 1, unflushed);

  std::size_t count = 0;
  for (; count < all.size(); ++count) {
    const auto& segment = all[count];
    if (segment.last >= checkpoint || segment.level == 0) break;
    behind -= std::min(behind, segment.bytes);
    // What is behind this segment's last record already fills the retention, or else that record is too old.
    if (behind >= retention.max_bytes) continue;
    const auto appended = appended_ms(session, segment.last);
    if (!appended) return std::unexpected(appended.error());
    if (now_ms - *appended <= retention.max_age.count()) break;
  }
  if (count > 0) {
    if (const auto dropped = drop(session, all, count); !dropped) return dropped;
  }
  return finish_segment(session, first_unflushed, unflushed, retention, now_ms);
}

Status RocksDbLog::keep_next(const Session& session, Offset next) const {
  const auto status = put_next(session, next);
  // Written out at once: left in memory it would hold back every write-ahead log from here on.
  return status.ok() ? session->Flush({}, session.family(kMeta)) : status;
}

Result<void> RocksDbLog::drop(const Session& session, const std::vector<Segment>& segments, std::size_t count) {
  const auto& last = segments[count - 1];
  Status status;
  // With the newest segment goes the only trace of the offset that comes next.
  if (count == segments.size()) status = keep_next(session, last.last + 1);
  const auto end = offset_key(last.last);
  const auto limit = slice(view(end));
  if (status.ok())
    status = rocksdb::DeleteFilesInRange(session.operator->(), session.family(kRecords), nullptr, &limit);
  if (!status.ok()) return std::unexpected(failure(status));
  std::uint64_t dropped = 0;
  for (std::size_t i = 0; i < count; ++i) dropped += segments[i].bytes;
  bytes_ -= dropped;
  first_ = last.last + 1;
  return {};
}

Result<void> RocksDbLog::finish_segment(const Session& session, Offset first_unflushed, std::uint64_t bytes,
                                        const Retention& retention, std::int64_t now_ms) {
  constexpr std::uint64_t kSmallest = 1 << 20;  // smaller segments only by age
  if (first_unflushed >= next_) return {};
  if (bytes <= std::max(retention.max_bytes / 4, kSmallest)) {
    const auto oldest = appended_ms(session, first_unflushed);
    if (!oldest) return std::unexpected(oldest.error());
    if (now_ms - *oldest <= retention.max_age.count() / 4) return {};
  }
  rocksdb::FlushOptions in_background;
  in_background.wait = false;
  const auto status = session->Flush(in_background, session.family(kRecords));
  if (!status.ok()) return std::unexpected(failure(status));
  return {};
}

LogUsage RocksDbLog::usage(Partition) const { return {.first = first_, .next = next_, .bytes = bytes_}; }

}  // namespace playhead::log
