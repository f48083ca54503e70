#include "log/partitioner.h"

namespace playhead::log {
namespace {

std::uint32_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

}  // namespace

// Austin Appleby's MurmurHash2, which is in the public domain.
std::uint32_t murmur2(std::string_view bytes) {
  constexpr std::uint32_t kSeed = 0x9747b28c, kMultiplier = 0x5bd1e995;
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2) << 16 |
                         byte_at(bytes, at + 3) << 24;
    word *= kMultiplier;
    word ^= word >> 24;
    word *= kMultiplier;
    hash = hash * kMultiplier ^ word;
  }
  if (at < bytes.size()) {
    for (auto left = bytes.size(); left-- > at;) hash ^= byte_at(bytes, left) << 8 * (left - at);
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  return hash ^ hash >> 15;
}

Partition partition_for(std::string_view user, Partition partitions) {
  return (murmur2(user) & 0x7fffffff) % partitions;
}

}  // namespace playhead::log
