#include "load/pattern.h"

#include <cstring>
#include <optional>

namespace playhead::load {
namespace {

constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

std::optional<Field> placeholder_at(std::string_view text) {
  for (std::size_t i = 0; i < kFields; ++i) {
    const auto name = kFieldInfo[i].name;
    if (text.size() > name.size() + 1 && text[0] == '{' && text[name.size() + 1] == '}' &&
        text.substr(1, name.size()) == name) {
      return static_cast<Field>(i);
    }
  }
  return std::nullopt;
}

// Its length on the wire, once the placeholders are digits.
std::size_t patched_size(std::string_view text) {
  std::size_t size = 0;
  while (!text.empty()) {
    const auto field = placeholder_at(text);
    if (field) {
      const auto& info = kFieldInfo[static_cast<std::size_t>(*field)];
      size += info.digits;
      text.remove_prefix(info.name.size() + 2);
    } else {
      ++size;
      text.remove_prefix(1);
    }
  }
  return size;
}

}  // namespace

void write_digits(char* at, unsigned width, std::uint64_t value) {
  while (width >= 2) {
    width -= 2;
    std::memcpy(at + width, &kPairs[2 * (value % 100)], 2);
    value /= 100;
  }
  if (width == 1) *at = static_cast<char>('0' + value % 10);
}

Result<Pattern> Pattern::parse(std::string_view text, std::size_t updates) {
  Pattern out;
  while (!text.empty()) {
    const auto field = placeholder_at(text);
    if (field) {
      const auto& info = kFieldInfo[static_cast<std::size_t>(*field)];
      out.slots_.push_back({static_cast<std::uint32_t>(out.bytes_.size()), *field});
      out.bytes_.append(1, '1').append(info.digits - 1u, '0');
      text.remove_prefix(info.name.size() + 2);
    } else {
      out.bytes_.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  if (updates == 0 || out.slots_.size() % updates != 0) {
    return fail("uneven-pattern",
                "The request's placeholders can't be shared evenly by " + std::to_string(updates) + " updates.");
  }
  out.updates_ = updates;
  out.slots_each_ = out.slots_.size() / updates;
  return out;
}

void Pattern::patch(std::size_t update, const Values& values) {
  const Slot* slot = slots_.data() + update * slots_each_;
  for (const Slot* end = slot + slots_each_; slot != end; ++slot) {
    write_digits(bytes_.data() + slot->offset, kFieldInfo[static_cast<std::size_t>(slot->field)].digits,
                 values[slot->field]);
  }
}

std::string request_text(std::string_view method, std::string_view path, std::string_view host,
                         std::string_view headers, std::string_view body) {
  std::string out;
  out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
  if (!body.empty()) {
    out.append("Content-Type: application/json\r\nContent-Length: ");
    out.append(std::to_string(patched_size(body))).append("\r\n");
  }
  return out.append(headers).append("\r\n").append(body);
}

std::string batch_body(std::string_view item, std::size_t updates) {
  if (updates == 1) return std::string(item);
  std::string out = R"({"updates":[)";
  for (std::size_t i = 0; i < updates; ++i) {
    if (i > 0) out.push_back(',');
    out.append(item);
  }
  return out.append("]}");
}

}  // namespace playhead::load
