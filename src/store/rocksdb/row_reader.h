#pragma once

// One user's rows out of the items family.

#include <rocksdb/db.h>
#include <rocksdb/status.h>

#include "store/position_store.h"

namespace playhead::store {

// Appends the answer to `query` to `rows`. With `memory_only`, Incomplete when the block cache doesn't have it all;
// `rows` may then hold a part of the answer.
rocksdb::Status read_rows(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* items, const Query& query, bool memory_only,
                          Rows& rows);

}  // namespace playhead::store
