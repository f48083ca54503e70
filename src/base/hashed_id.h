#pragma once

// Ids that are looked up in several places.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <type_traits>

namespace playhead {

inline constexpr std::size_t kCacheLine = 64;

// An id and its hash, so that it is computed once for all who look it up. Borrows the text.
struct HashedId {
  template <class Text>
    requires std::is_convertible_v<const Text&, std::string_view>
  HashedId(const Text& id)  // NOLINT(google-explicit-constructor): an id like any other, only sooner hashed
      : text(id), hash(std::hash<std::string_view>{}(text)) {}

  std::string_view text;
  std::uint64_t hash;
};

// Which of `count` shards an id belongs to: from the hash's upper half, since an index inside takes the lower one.
inline std::size_t shard_of(const HashedId& id, std::size_t count) { return (id.hash >> 32) * count >> 32; }

}  // namespace playhead
