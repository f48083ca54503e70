#pragma once

// What goes over a link: frames of a 17-byte header and a payload. Integers are big-endian.
//
//     4  bytes that follow   1  type   8  id of the call, 0 for none   4  kind, of requests   …  payload
//
// A frame of a type that isn't known is answered with a failure when it has an id, and else ignored, so that a newer
// node can try something on an older one.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace playhead::link {

enum class FrameType : std::uint8_t {
  kHello = 1,    // each side's first frame
  kRequest = 2,  // of a new id
  kAnswer = 3,   // ends a call or a stream
  kFailure = 4,  // ends a call or a stream
  kItem = 5,     // one of a stream
  kCancel = 6,   // the caller wants no answer any more
  kPing = 7,
  kPong = 8,  // payload: the wall clock, milliseconds since the Unix epoch, eight bytes
};

struct Frame {
  FrameType type;
  std::uint64_t id = 0;
  std::uint32_t kind = 0;
  std::string payload;
};

inline constexpr std::size_t kFrameHeaderBytes = 17;
using FrameHeader = std::array<char, kFrameHeaderBytes>;
// `payload_bytes`: less than 2^32 - 17.
FrameHeader frame_header(FrameType type, std::uint64_t id, std::uint32_t kind, std::size_t payload_bytes);

// Versions of the protocol that a side speaks, and the largest payload that it takes. Later versions append fields.
struct Hello {
  static constexpr std::uint32_t kVersion = 1;

  std::uint32_t newest = kVersion;
  std::uint32_t oldest = kVersion;
  std::uint32_t max_frame_bytes = 0;
};
std::string encode(const Hello& hello);
std::optional<Hello> decode_hello(std::string_view payload);

// A failure's code and sentence.
std::string encode_failure(std::string_view code, std::string_view detail);
std::optional<std::pair<std::string_view, std::string_view>> decode_failure(std::string_view payload);

// Cuts what comes into frames. A payload takes memory as its bytes come, not as its header claims.
class FrameReader {
 public:
  explicit FrameReader(std::size_t max_payload_bytes) : max_payload_bytes_(max_payload_bytes) {}

  // Calls `take(Frame)` for each frame that is complete with `bytes`, until it returns false. False: it did, or a
  // header is no header; nothing that follows can be trusted.
  template <class Take>
  bool read(std::string_view bytes, Take&& take) {
    while (!bytes.empty()) {
      if (header_bytes_ < kFrameHeaderBytes) {
        const auto count = std::min(bytes.size(), kFrameHeaderBytes - header_bytes_);
        std::copy_n(bytes.begin(), count, header_.begin() + static_cast<std::ptrdiff_t>(header_bytes_));
        header_bytes_ += count;
        bytes.remove_prefix(count);
        if (header_bytes_ < kFrameHeaderBytes) return true;
        if (!begin_payload()) return false;
      }
      const auto count = std::min(bytes.size(), payload_left_);
      frame_.payload.append(bytes.substr(0, count));
      payload_left_ -= count;
      bytes.remove_prefix(count);
      if (payload_left_ > 0) return true;
      header_bytes_ = 0;
      if (!take(std::exchange(frame_, {}))) return false;
    }
    return true;
  }

 private:
  bool begin_payload();

  const std::size_t max_payload_bytes_;
  FrameHeader header_{};
  std::size_t header_bytes_ = 0;
  std::size_t payload_left_ = 0;
  Frame frame_{};
};

}  // namespace playhead::link
