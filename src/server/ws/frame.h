#pragma once

// WebSocket frames (RFC 6455, section 5), as a server reads and writes them.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace playhead::server::ws {

enum class Opcode : std::uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};

inline bool is_control(Opcode opcode) { return static_cast<unsigned>(opcode) >= 0x8; }

struct FrameHeader {
  bool final = false;
  Opcode opcode = Opcode::kText;
  std::uint64_t length = 0;  // of the payload
  std::array<char, 4> mask{};
  std::size_t size = 0;  // of the header itself
};

enum class HeaderStatus : std::uint8_t { kNeedMore, kFrame, kMalformed };

// Reads a client's frame header at the front of `input`; when there is more of it to come, `out.size` says how many
// bytes are wanted at least. Malformed: unmasked, reserved bits or opcodes, a length that is written longer than it
// needs, a control frame that is cut in pieces or longer than 125 bytes.
HeaderStatus read_frame_header(std::string_view input, FrameHeader& out);

// Writes `payload` without its mask to `out`; they may be the same.
void unmask(std::string_view payload, const std::array<char, 4>& mask, char* out);

// A whole frame, unmasked, as servers send them.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

// For a payload that is written behind it: reserves the place of a header that holds any length, and fills it in.
// What begin_frame() gave is finish_frame()'s `begin`.
std::size_t begin_frame(std::string& out);
void finish_frame(std::string& out, std::size_t begin, Opcode opcode);

// The payload of a close frame. `reason` is cut to what fits.
std::string close_payload(std::uint16_t code, std::string_view reason);

// Whether a peer may send this close code (RFC 6455, 7.4).
bool is_close_code(unsigned code);

}  // namespace playhead::server::ws
