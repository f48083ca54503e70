#include "link/frame.h"

#include "base/bytes.h"

namespace playhead::link {
namespace {

// Room for most answers at once; larger ones grow as they come.
constexpr std::size_t kReservedBytes = std::size_t{1} << 16;

void set_u32_be(char* out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *out++ = static_cast<char>(value >> shift);
}

std::uint32_t get_u32_be(const char* in) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(in[i]);
  return value;
}

}  // namespace

FrameHeader frame_header(FrameType type, std::uint64_t id, std::uint32_t kind, std::size_t payload_bytes) {
  FrameHeader header;
  set_u32_be(header.data(), static_cast<std::uint32_t>(kFrameHeaderBytes - 4 + payload_bytes));
  header[4] = static_cast<char>(type);
  set_u64_be(header.data() + 5, id);
  set_u32_be(header.data() + 13, kind);
  return header;
}

std::string encode(const Hello& hello) {
  std::string payload(12, '\0');
  set_u32_be(payload.data(), hello.newest);
  set_u32_be(payload.data() + 4, hello.oldest);
  set_u32_be(payload.data() + 8, hello.max_frame_bytes);
  return payload;
}

std::optional<Hello> decode_hello(std::string_view payload) {
  if (payload.size() < 12) return std::nullopt;
  return Hello{get_u32_be(payload.data()), get_u32_be(payload.data() + 4), get_u32_be(payload.data() + 8)};
}

std::string encode_failure(std::string_view code, std::string_view detail) {
  std::string payload;
  put_varint(payload, code.size());
  return payload.append(code).append(detail);
}

std::optional<std::pair<std::string_view, std::string_view>> decode_failure(std::string_view payload) {
  std::uint64_t code_bytes = 0;
  if (!get_varint(payload, code_bytes) || code_bytes > payload.size()) return std::nullopt;
  return std::pair(payload.substr(0, code_bytes), payload.substr(code_bytes));
}

bool FrameReader::begin_payload() {
  constexpr std::size_t kRest = kFrameHeaderBytes - 4;
  const std::size_t length = get_u32_be(header_.data());
  if (length < kRest || length - kRest > max_payload_bytes_) return false;
  payload_left_ = length - kRest;
  frame_.type = static_cast<FrameType>(header_[4]);
  frame_.id = get_u64_be({header_.data() + 5, 8});
  frame_.kind = get_u32_be(header_.data() + 13);
  frame_.payload.reserve(std::min(payload_left_, kReservedBytes));
  return true;
}

}  // namespace playhead::link
