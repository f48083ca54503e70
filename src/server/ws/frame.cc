#include "server/ws/frame.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace playhead::server::ws {
namespace {

constexpr unsigned kFinal = 0x80, kReserved = 0x70, kOpcode = 0x0F, kMasked = 0x80, kLength = 0x7F;
constexpr unsigned kTwoBytes = 126, kEightBytes = 127;
constexpr std::size_t kLongestControl = 125;

// Of a frame that a server sends.
constexpr std::size_t kLongestHeader = 10;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
  return value;
}

// Gives its size. `out` has room for kLongestHeader.
std::size_t write_header(char* out, Opcode opcode, std::uint64_t length) {
  out[0] = static_cast<char>(kFinal | static_cast<unsigned>(opcode));
  std::size_t extended = 0;
  if (length <= kLongestControl) {
    out[1] = static_cast<char>(length);
  } else {
    extended = length <= 0xFFFF ? 2 : 8;
    out[1] = static_cast<char>(extended == 2 ? kTwoBytes : kEightBytes);
  }
  for (std::size_t i = 0; i < extended; ++i) {
    out[2 + i] = static_cast<char>(length >> (8 * (extended - 1 - i)));
  }
  return 2 + extended;
}

}  // namespace

HeaderStatus read_frame_header(std::string_view input, FrameHeader& out) {
  out.size = 2;
  if (input.size() < out.size) return HeaderStatus::kNeedMore;
  const auto first = static_cast<unsigned char>(input[0]);
  const auto second = static_cast<unsigned char>(input[1]);
  out.final = (first & kFinal) != 0;
  const unsigned opcode = first & kOpcode;
  const bool known = opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA);
  if ((first & kReserved) != 0 || !known || (second & kMasked) == 0) return HeaderStatus::kMalformed;
  out.opcode = static_cast<Opcode>(opcode);
  const unsigned short_length = second & kLength;
  if (is_control(out.opcode) && (!out.final || short_length > kLongestControl)) return HeaderStatus::kMalformed;
  const std::size_t extended = short_length == kTwoBytes ? 2 : short_length == kEightBytes ? 8 : 0;
  out.size = 2 + extended + out.mask.size();
  if (input.size() < out.size) return HeaderStatus::kNeedMore;
  out.length = extended == 0 ? short_length : big_endian(input.substr(2, extended));
  const std::uint64_t least = extended == 0 ? 0 : extended == 2 ? kTwoBytes : 0x1'0000;
  if (out.length < least || out.length >> 63 != 0) return HeaderStatus::kMalformed;
  std::ranges::copy(input.substr(2 + extended, out.mask.size()), out.mask.begin());
  return HeaderStatus::kFrame;
}

void unmask(std::string_view payload, const std::array<char, 4>& mask, char* out) {
  std::uint32_t four;
  std::memcpy(&four, mask.data(), sizeof four);
  const std::uint64_t eight = (std::uint64_t{four} << 32) | four;
  std::size_t i = 0;
  for (; i + sizeof eight <= payload.size(); i += sizeof eight) {
    std::uint64_t word;
    std::memcpy(&word, payload.data() + i, sizeof word);
    word ^= eight;
    std::memcpy(out + i, &word, sizeof word);
  }
  for (; i < payload.size(); ++i) out[i] = static_cast<char>(payload[i] ^ mask[i % mask.size()]);
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  char header[kLongestHeader];
  out.append(header, write_header(header, opcode, payload.size())).append(payload);
}

std::size_t begin_frame(std::string& out) {
  const auto begin = out.size();
  out.resize(begin + kLongestHeader);
  return begin;
}

void finish_frame(std::string& out, std::size_t begin, Opcode opcode) {
  char header[kLongestHeader];
  const auto size = write_header(header, opcode, out.size() - begin - kLongestHeader);
  out.replace(begin, kLongestHeader, header, size);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  payload.append(reason.substr(0, kLongestControl - payload.size()));
  return payload;
}

bool is_close_code(unsigned code) {
  const bool standard = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
  return standard || (code >= 3000 && code <= 4999);
}

}  // namespace playhead::server::ws
