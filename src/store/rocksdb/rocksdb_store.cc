#include "store/rocksdb/rocksdb_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "model/item.h"
#include "store/erasure.h"
#include "store/rocksdb/row_reader.h"
#include "store/rocksdb/user_prefix.h"

namespace playhead::store {
namespace {

using rocksdb::Slice;
using rocksdb::Status;

enum Family : std::size_t { kDefault, kItems, kMeta };
constexpr const char* kCheckpointKey = "checkpoint";
constexpr const char* kAnyErasureKey = "any-erasure";

Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }

Error failure(const Status& status) {
  return disk::describe(status, "store-unavailable", "store-unavailable", "the store cannot be used");
}
Error being_opened() { return {"store-unavailable", "the store is being opened again after a failure"}; }

disk::DatabaseOptions database_options(const RocksDbStoreOptions& options,
                                       const std::shared_ptr<rocksdb::MergeOperator>& merge_operator) {
  disk::DatabaseOptions out{
      .path = options.path, .db = disk::common_options(options.env), .retry_every = options.retry_every};
  out.db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  out.db.atomic_flush = true;
  out.db.allow_concurrent_memtable_write = false;
  out.db.enable_write_thread_adaptive_yield = false;
  // Spreads writing files out over the time that it takes, so that the log's syncs don't wait behind it.
  out.db.bytes_per_sync = 1 << 20;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes, -1, false, 0.5);
  // In pieces: whole, a file's filter and index are megabytes, which a shard of the cache cannot hold, and every read
  // would bring them in again.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  table.format_version = 5;

  rocksdb::ColumnFamilyOptions items;
  items.merge_operator = merge_operator;
  items.write_buffer_size = options.write_buffer_bytes;
  items.max_write_buffer_number = 4;
  items.prefix_extractor = std::make_shared<UserPrefix>();
  items.memtable_prefix_bloom_size_ratio = 0.05;
  items.memtable_whole_key_filtering = true;
  items.compression = rocksdb::kLZ4Compression;
  items.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  rocksdb::ColumnFamilyOptions small;
  small.write_buffer_size = 1 << 20;
  out.families = {{rocksdb::kDefaultColumnFamilyName, small}, {"items", items}, {"meta", small}};
  return out;
}

std::string encode_offset(std::uint64_t offset) {
  std::string bytes;
  put_u64_be(bytes, offset);
  return bytes;
}

}  // namespace

RocksDbStore::RocksDbStore(RocksDbStoreOptions options)
    : options_(std::move(options)),
      database_(database_options(options_, merge_operator_)),
      wide_users_(options_.wide_user_bytes, options_.wide_user_rows),
      readers_(options_.read_threads, options_.read_queue) {
  if (const auto loaded = load(); !loaded) throw StartupError(loaded.error().detail);
}

Result<void> RocksDbStore::load() {
  const auto session = database_.use();
  std::string stored;
  auto status = session->Get({}, session.family(kMeta), kCheckpointKey, &stored);
  if (!status.ok() && !status.IsNotFound()) return std::unexpected(failure(status));
  checkpoint_ = stored.size() == sizeof(std::uint64_t) ? get_u64_be(stored) : 0;
  status = session->Get({}, session.family(kMeta), kAnyErasureKey, &stored);
  if (!status.ok() && !status.IsNotFound()) return std::unexpected(failure(status));
  any_erasure_ = status.ok();
  return {};
}

Result<void> RocksDbStore::ensure_writable() {
  if (failed_ && !rewound_) {
    const auto status = database_.recover();
    wide_users_.forget_all();  // opened anew, it may hold less
    if (!status.ok()) return std::unexpected(failure(status));
    if (const auto loaded = load(); !loaded) return loaded;
    failed_ = false;
    rewound_ = database_.use()->GetLatestSequenceNumber() < written_;
  }
  if (rewound_) {
    return fail("store-rewound",
                "the disk lost what the store had not synced before its failure: restart, and it is " +
                    std::string("replayed from the log"));
  }
  return {};
}

Result<void> RocksDbStore::write(const Session& session, rocksdb::WriteBatch& batch) {
  const auto status = session->Write({}, &batch);
  if (status.ok()) {
    written_ = session->GetLatestSequenceNumber();
    return {};
  }
  failed_ = true;
  return std::unexpected(failure(status));
}

Result<std::optional<model::Version>> RocksDbStore::stored_erasure(const Session& session,
                                                                   std::string_view user) const {
  if (!any_erasure_) return std::nullopt;
  std::string key;
  put_item_key(key, user, model::kUserRow);
  rocksdb::PinnableSlice own;
  const auto status = session->Get({}, session.family(kItems), key, &own);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(failure(status));
  return erased_up_to(view(own));
}

Result<void> RocksDbStore::merge(std::span<const ItemWrite> writes, std::uint64_t checkpoint) {
  if (const auto writable = ensure_writable(); !writable) return writable;
  const auto session = database_.use();
  const auto in_batch = batch_erasures(writes);
  rocksdb::WriteBatch batch;
  std::string key;
  for (const auto& item : writes) {
    if (!model::valid_item(item.item)) {
      ++malformed_writes_;
      continue;
    }
    const auto stored = stored_erasure(session, item.user);
    if (!stored) return std::unexpected(stored.error());
    const auto covered = std::max(*stored, find_erasure(in_batch, item.user));
    std::string remaining;
    if (covered) remaining = model::drop_up_to(item.item, *covered);
    const std::string_view kept = covered ? std::string_view(remaining) : item.item;
    if (kept.empty()) continue;
    key.clear();
    put_item_key(key, item.user, item.row_key);
    batch.Merge(session.family(kItems), key, slice(kept));
  }
  if (!in_batch.empty() && !any_erasure_) batch.Put(session.family(kMeta), kAnyErasureKey, "");
  batch.Put(session.family(kMeta), kCheckpointKey, encode_offset(checkpoint));
  const auto written = write(session, batch);
  wide_users_.forget(writes, [](const ItemWrite& item) { return item.user; });
  if (!written) return written;
  any_erasure_ |= !in_batch.empty();
  checkpoint_ = checkpoint;
  return {};
}

Result<void> RocksDbStore::erase(std::string_view user, std::int64_t up_to_ms) {
  if (const auto writable = ensure_writable(); !writable) return writable;
  const auto session = database_.use();
  Rows rows;
  const auto status =
      read_rows(*session.operator->(), session.family(kItems), {.user = std::string(user)}, false, rows);
  if (!status.ok()) return std::unexpected(failure(status));
  rocksdb::WriteBatch batch;
  for (const auto& row : rows) {
    const auto kept = model::drop_up_to(row.item, up_to_ms);
    if (kept.size() == row.item.size()) continue;
    std::string key;
    put_item_key(key, user, row.row_key);
    if (kept.empty()) {
      batch.Delete(session.family(kItems), key);
    } else {
      batch.Put(session.family(kItems), key, kept);
    }
  }
  auto written = write(session, batch);
  wide_users_.forget(user);
  return written;
}

Result<void> RocksDbStore::remove(std::string_view user, std::span<const std::string> row_keys) {
  if (const auto writable = ensure_writable(); !writable) return writable;
  const auto session = database_.use();
  rocksdb::WriteBatch batch;
  for (const auto& row_key : row_keys) {
    std::string key;
    put_item_key(key, user, row_key);
    batch.Delete(session.family(kItems), key);
  }
  auto written = write(session, batch);
  wide_users_.forget(user);
  return written;
}

Status RocksDbStore::read_through(const Session& session, const Query& query, bool memory_only, Rows& rows) {
  if (query.row_prefix) {
    return read_rows(*session.operator->(), session.family(kItems), query, memory_only, rows);
  }
  const auto ticket = wide_users_.ticket(query.user);
  auto status = read_rows(*session.operator->(), session.family(kItems), query, memory_only, rows);
  if (status.ok()) wide_users_.put(query.user, rows, ticket);
  return status;
}

void RocksDbStore::read(Query query, ReadDone done) {
  if (!query.row_prefix) {
    if (auto rows = wide_users_.find(query.user)) return done(Rows(std::move(rows)));
  }
  if (const auto session = database_.try_use(); session && *session) {
    Rows rows;
    const auto status = read_through(*session, query, true, rows);
    if (status.ok()) return done(std::move(rows));
    if (!status.IsIncomplete()) return done(std::unexpected(failure(status)));
  }
  read_on_disk(std::move(query), std::move(done));
}

void RocksDbStore::read_on_disk(Query query, ReadDone done) {
  // Shared with the job, since a job that found no room is not given back what was moved into it.
  auto waiting = std::make_shared<ReadDone>(std::move(done));
  WorkerPool::Job job = [this, query = std::move(query), waiting] {
    const auto session = database_.use();
    if (!session) return (*waiting)(std::unexpected(being_opened()));
    Rows rows;
    const auto status = read_through(session, query, false, rows);
    if (!status.ok()) return (*waiting)(std::unexpected(failure(status)));
    (*waiting)(std::move(rows));
  };
  if (readers_.submit(job)) return;
  (*waiting)(fail("store-unavailable", "more reads wait for the disk than the store takes on: try again later"));
}

Result<std::uint64_t> RocksDbStore::checkpoint() { return checkpoint_.load(); }

Result<void> RocksDbStore::sync() {
  if (const auto writable = ensure_writable(); !writable) return writable;
  const auto session = database_.use();
  const auto status = session->SyncWAL();
  if (status.ok()) return {};
  failed_ = true;
  return std::unexpected(failure(status));
}

}  // namespace playhead::store
