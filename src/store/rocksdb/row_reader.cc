#include "store/rocksdb/row_reader.h"

#include <array>
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

Status read_exactly(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* items, const rocksdb::ReadOptions& options,
                    const Query& query, Rows& rows) {
  const std::array<std::string_view, 2> row_keys{model::kUserRow, *query.row_prefix};
  const std::size_t wanted = row_keys[1] == row_keys[0] ? 1 : 2;
  std::array<std::string, 2> keys;
  std::array<Slice, 2> slices;
  for (std::size_t i = 0; i < wanted; ++i) {
    put_item_key(keys[i], query.user, row_keys[i]);
    slices[i] = keys[i];
  }
  std::array<PinnableSlice, 2> values;
  std::array<Status, 2> statuses;
  db.MultiGet(options, items, wanted, slices.data(), values.data(), statuses.data(), true);
  for (std::size_t i = 0; i < wanted; ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return statuses[i];
    append_found(rows, row_keys[i], values[i]);
  }
  return Status::OK();
}

}  // namespace

Status read_rows(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* items, const Query& query, bool memory_only,
                 Rows& rows) {
  rocksdb::ReadOptions options;
  if (memory_only) options.read_tier = rocksdb::kBlockCacheTier;
  if (query.row_prefix && query.exact) return read_exactly(db, items, options, query, rows);

  const std::string_view wanted = query.row_prefix ? std::string_view(*query.row_prefix) : std::string_view();
  if (!model::kUserRow.starts_with(wanted)) {
    std::string own_key;
    put_item_key(own_key, query.user, model::kUserRow);
    PinnableSlice own;
    const auto status = db.Get(options, items, own_key, &own);
    if (status.ok()) append_found(rows, model::kUserRow, own);
    if (!status.ok() && !status.IsNotFound()) return status;
  }
  std::string begin;
  put_item_key(begin, query.user, wanted);
  const std::size_t user_bytes = query.user.size() + 1;
  // The bound keeps an iterator from reading on into blocks of other users; both ends share the user's prefix, which
  // the filter needs. Row keys end in an id or in the 0x00 behind a show, and no id holds 0xFF (it is UTF-8).
  std::string end = begin + '\xFF';
  const Slice bound = end;
  options.iterate_upper_bound = &bound;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options, items));
  for (at->Seek(begin); at->Valid(); at->Next()) append_found(rows, view(at->key()).substr(user_bytes), at->value());
  return at->status();
}

}  // namespace playhead::store
