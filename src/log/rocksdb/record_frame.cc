#include "log/rocksdb/record_frame.h"

#include <cstring>

#include "base/bytes.h"
#include "base/crc32c.h"

namespace playhead::log {
namespace {

template <class Integer>
void store_be(char* at, Integer value) {
  for (std::size_t i = sizeof value; i-- > 0; value = static_cast<Integer>(value >> 8)) {
    at[i] = static_cast<char>(value & 0xFF);
  }
}

}  // namespace

std::array<char, kFrameBytes> make_frame(std::int64_t appended_ms, std::string_view record) {
  std::array<char, kFrameBytes> frame;
  store_be(frame.data() + 4, static_cast<std::uint64_t>(appended_ms));
  store_be(frame.data(), crc32c(record, crc32c({frame.data() + 4, 8})));
  return frame;
}

std::optional<FramedRecord> open_frame(std::string_view value) {
  if (value.size() < kFrameBytes) return {};
  std::array<char, 4> crc;
  store_be(crc.data(), crc32c(value.substr(4)));
  if (std::memcmp(crc.data(), value.data(), crc.size()) != 0) return {};
  return FramedRecord{frame_time(value), value.substr(kFrameBytes)};
}

std::int64_t frame_time(std::string_view value) { return static_cast<std::int64_t>(get_u64_be(value.substr(4))); }

std::array<char, 8> offset_key(Offset offset) {
  std::array<char, 8> key;
  store_be(key.data(), offset);
  return key;
}

Offset key_offset(std::string_view key) { return get_u64_be(key); }

}  // namespace playhead::log
