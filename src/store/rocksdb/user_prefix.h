#pragma once

// The key of a row in the items family: user, 0x00, row key. A user id holds no control character, so the bytes up to
// and with the first 0x00 are the user's own prefix, which filters and seeks use.

#include <rocksdb/slice_transform.h>

#include <string>
#include <string_view>

namespace playhead::store {

// Appends to `out`.
void put_item_key(std::string& out, std::string_view user, std::string_view row_key);

class UserPrefix final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "playhead.UserPrefix.1"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override;
  bool InDomain(const rocksdb::Slice& key) const override;
};

}  // namespace playhead::store
