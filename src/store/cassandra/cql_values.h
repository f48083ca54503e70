#pragma once

// Bound values in the native protocol's encoding: a big-endian length of four bytes, then the value.
// https://cassandra.apache.org/doc/latest/cassandra/reference/native-protocol.html, [value]

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace playhead::store {

inline void put_u32_be(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// Text or a blob.
inline void put_value(std::string& out, std::string_view value) {
  put_u32_be(out, static_cast<std::uint32_t>(value.size()));
  out.append(value);
}

inline void put_bigint(std::string& out, std::int64_t value) {
  put_u32_be(out, sizeof value);
  put_u64_be(out, static_cast<std::uint64_t>(value));
}

// The column stays as it is. Not null, which would write a tombstone.
inline void put_unset(std::string& out) { put_u32_be(out, static_cast<std::uint32_t>(-2)); }

}  // namespace playhead::store
