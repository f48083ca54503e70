#include "store/rocksdb/row_reader.h"

#include <rocksdb/perf_level.h>

#include <memory>
#include <string>
#include <string_view>

#include "model/item.h"
#include "store/rocksdb/user_prefix.h"

namespace playhead::store {
namespace {

using rocksdb::PinnableSlice;
using rocksdb::Slice;
using rocksdb::Status;

std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }

// A row whose every version was malformed reads as empty: it is as if it weren't there.
void append_found(Rows& rows, std::string_view row_key, const Slice& item) {
  if (!item.empty()) rows.append(row_key, view(item));
}

// Appends the one row, if it is there. A Get a row: MultiGet reads data blocks from the disk even when asked not to
// (RocksDB 7.8 looks them up with kBlockCacheTier and then reads what it missed).
Status read_row(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* items, const rocksdb::ReadOptions& options,
                const Query& query, std::string_view row_key, Rows& rows) {
  std::string key;
  put_item_key(key, query.user, row_key);
  PinnableSlice item;
  const auto status = db.Get(options, items, key, &item);
  if (status.ok()) append_found(rows, row_key, item);
  return status.IsNotFound() ? Status::OK() : status;
}

}  // namespace

Status read_rows(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* items, const Query& query, bool memory_only,
                 Rows& rows) {
  // RocksDB counts every step for a profile that nobody reads.
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  rocksdb::ReadOptions options;
  if (memory_only) options.read_tier = rocksdb::kBlockCacheTier;

  const std::string_view wanted = query.row_prefix ? std::string_view(*query.row_prefix) : std::string_view();
  const bool own_row_is_apart = query.exact ? wanted != model::kUserRow : !model::kUserRow.starts_with(wanted);
  if (own_row_is_apart) {
    const auto status = read_row(db, items, options, query, model::kUserRow, rows);
    if (!status.ok()) return status;
  }
  if (query.row_prefix && query.exact) return read_row(db, items, options, query, wanted, rows);

  std::string begin;
  put_item_key(begin, query.user, wanted);
  // The bound keeps an iterator from reading on into blocks of other users; both ends share the user's prefix, which
  // the filter needs. Row keys end in an id or in the 0x00 behind a show, and no id holds 0xFF (it is UTF-8).
  std::string end = begin + '\xFF';
  const Slice bound = end;
  options.iterate_upper_bound = &bound;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options, items));
  const std::size_t user_bytes = query.user.size() + 1;
  for (at->Seek(begin); at->Valid(); at->Next()) append_found(rows, view(at->key()).substr(user_bytes), at->value());
  return at->status();
}

}  // namespace playhead::store
