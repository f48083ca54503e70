#pragma once

// Writes into memory that the caller made large enough: an encoding of a few dozen small fields costs nothing but its
// stores then.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace playhead::model {

// Passed by value, so that the place stays in a register: a char store might change whatever is behind a reference.
class RawWriter {
 public:
  explicit RawWriter(char* out) : at_(out) {}

  void byte(unsigned value) { *at_++ = static_cast<char>(value); }
  // At most ten bytes.
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      *at_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at_++ = static_cast<char>(value);
  }
  void bytes(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  // Over bytes that are in place already.
  void skip(std::size_t size) { at_ += size; }
  char* at() const { return at_; }

 private:
  char* at_;
};

// Appends what `write(RawWriter)`, which returns the writer as it leaves it, writes: at most `bound` bytes, without
// filling them with zeros before.
template <class Write>
void append_raw(std::string& out, std::size_t bound, Write&& write) {
  const auto begin = out.size();
  // The growth of a reused buffer must stay geometric.
  if (out.capacity() < begin + bound) out.reserve(2 * begin + bound);
  out.resize_and_overwrite(begin + bound, [&](char* data, std::size_t) {
    return static_cast<std::size_t>(write(RawWriter(data + begin)).at() - data);
  });
}

}  // namespace playhead::model
