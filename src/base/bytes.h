#pragma once

// Big-endian integers in byte strings: their byte order is their numeric order, which keys and registers rely
// on.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace playhead {

// `out` must have room for eight bytes.
inline void set_u64_be(char* out, std::uint64_t value) {
  const std::uint64_t big = std::endian::native == std::endian::little ? std::byteswap(value) : value;
  std::memcpy(out, &big, sizeof big);
}

inline void put_u64_be(std::string& out, std::uint64_t value) {
  char raw[sizeof value];
  set_u64_be(raw, value);
  out.append(raw, sizeof raw);
}

// `in` must hold at least eight bytes.
inline std::uint64_t get_u64_be(std::string_view in) {
  std::uint64_t big;
  std::memcpy(&big, in.data(), sizeof big);
  return std::endian::native == std::endian::little ? std::byteswap(big) : big;
}

// Signed values keep their order as bytes when the sign bit is flipped.
inline std::uint64_t order_preserving(std::int64_t value) {
  return static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63);
}
inline std::int64_t from_order_preserving(std::uint64_t bits) {
  return static_cast<std::int64_t>(bits ^ (std::uint64_t{1} << 63));
}

// LEB128, at most ten bytes.
inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// How many bytes put_varint() writes.
constexpr std::size_t varint_size(std::uint64_t value) {
  // Bits divided by seven and rounded up, without a division: right for every width up to 64.
  return (static_cast<std::size_t>(std::bit_width(value | 1)) * 9 + 64) / 64;
}

// Takes a varint off the front of `in`; false when there is no whole one.
inline bool get_varint(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0, i = 0; i < in.size() && shift < 64; ++i, shift += 7) {
    const auto byte = static_cast<unsigned char>(in[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) {
      in.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace playhead
