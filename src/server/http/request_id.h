#pragma once

// Ids that tie an answer, a log line and a bug report together.

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace playhead::server {

inline constexpr std::size_t kMaxRequestIdBytes = 64;

// A copy of an id without an allocation: it waits with each request that has no answer yet.
class RequestId {
 public:
  std::string_view view() const { return {text_.data(), size_}; }
  // `id` has at most kMaxRequestIdBytes.
  void assign(std::string_view id) {
    size_ = static_cast<std::uint8_t>(id.size());
    std::memcpy(text_.data(), id.data(), id.size());
  }

 private:
  std::uint8_t size_ = 0;
  std::array<char, kMaxRequestIdBytes> text_;
};

// True for 1 to kMaxRequestIdBytes letters, digits and "-_.:/+=": what is safe in a header, a log line and a
// shell.
bool is_sane_request_id(std::string_view id);

// Sixteen hex digits, unique for one seed (SplitMix64 is a bijection of its counter), unguessable enough not
// to collide between processes. Not a secret.
class RequestIdSource {
 public:
  explicit RequestIdSource(std::uint64_t seed) : state_(seed) {}
  void next(RequestId& id);

 private:
  std::uint64_t state_;
};

}  // namespace playhead::server
