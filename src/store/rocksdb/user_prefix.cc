#include "store/rocksdb/user_prefix.h"

#include <cstring>

namespace playhead::store {

void put_item_key(std::string& out, std::string_view user, std::string_view row_key) {
  out.reserve(out.size() + user.size() + 1 + row_key.size());
  out.append(user).push_back('\0');
  out.append(row_key);
}

rocksdb::Slice UserPrefix::Transform(const rocksdb::Slice& key) const {
  const auto* separator = static_cast<const char*>(std::memchr(key.data(), '\0', key.size()));
  return {key.data(), static_cast<std::size_t>(separator - key.data()) + 1};
}

bool UserPrefix::InDomain(const rocksdb::Slice& key) const {
  return std::memchr(key.data(), '\0', key.size()) != nullptr;
}

}  // namespace playhead::store
