#include "model/reduce.h"

#include "base/bytes.h"
#include "model/raw_writer.h"

namespace playhead::model {
namespace {

constexpr unsigned kShowIntegerBit = 1, kEpisodeIntegerBit = 2, kValueBit = 4;
// An id and a length, a version, and the numbers of the largest value.
constexpr std::size_t kRegisterBound = 1 + 10 + kVersionBytes + 2 + 3 * 10;

unsigned id_bits(const Update& update, bool value = false) {
  return (update.show.integer ? kShowIntegerBit : 0) | (update.episode.integer ? kEpisodeIntegerBit : 0) |
         (value ? kValueBit : 0);
}

// What all registers of one update begin with.
struct Stamp {
  explicit Stamp(const Version& version) : bytes(encode_version(version)) {}

  // The caller writes `value_size` bytes after it.
  RawWriter begin(RawWriter out, Register id, std::size_t value_size) const {
    out.byte(static_cast<unsigned>(id));
    out.varint(kVersionBytes + value_size);
    out.bytes({bytes.data(), bytes.size()});
    return out;
  }

  VersionBytes bytes;
};

RawWriter write_milliseconds(RawWriter out, const Stamp& stamp, Register id,
                             const std::optional<std::int64_t>& value) {
  if (!value) return out;
  const auto number = static_cast<std::uint64_t>(*value);
  out = stamp.begin(out, id, varint_size(number));
  out.varint(number);
  return out;
}

RawWriter write_position(RawWriter out, const Stamp& stamp, const Update& update) {
  const auto position = static_cast<std::uint64_t>(*update.position_ms);
  const auto size = 2 + varint_size(position) + varint_size(update.device.size()) + update.device.size() +
                    varint_size(update.session.size()) + update.session.size();
  out = stamp.begin(out, update.eligible ? Register::kResume : Register::kProvisional, size);
  out.byte(id_bits(update));
  out.byte(static_cast<unsigned>(update.state));
  out.varint(position);
  out.varint(update.device.size());
  out.bytes(update.device);
  out.varint(update.session.size());
  out.bytes(update.session);
  return out;
}

// What an update says of the episode itself. One that may not move the resume point says nothing here either: a
// failed start, or an advertisement before the film, would give the length of something else.
RawWriter write_about(RawWriter out, const Stamp& stamp, const Update& update) {
  out = write_milliseconds(out, stamp, Register::kDuration, update.duration_ms);
  out = write_milliseconds(out, stamp, Register::kCredits, update.credits_at_ms);
  if (!update.next_episode.present()) return out;
  out = stamp.begin(out, Register::kNext, 1 + update.next_episode.text.size());
  out.byte(update.next_episode.integer ? 1 : 0);
  out.bytes(update.next_episode.text);
  return out;
}

RawWriter write_flag(RawWriter out, const Stamp& stamp, Register id, unsigned bits) {
  out = stamp.begin(out, id, 1);
  out.byte(bits);
  return out;
}

RawWriter write_registers(RawWriter out, const Update& update) {
  const Stamp stamp(update.version);
  // Registers go in ascending order of their ids.
  const bool plain = update.mark == Mark::kNone;
  if (plain && update.position_ms) out = write_position(out, stamp, update);
  if (update.episode.present() && (update.eligible || !plain)) out = write_about(out, stamp, update);
  if (update.mark == Mark::kWatched || update.mark == Mark::kUnwatched || (plain && update.finished)) {
    out = write_flag(out, stamp, Register::kPlayed, id_bits(update, update.mark != Mark::kUnwatched));
  }
  if (update.mark == Mark::kRemoved) out = write_flag(out, stamp, Register::kHidden, id_bits(update, true));
  return out;
}

std::string_view take_text(std::string_view& in) {
  std::uint64_t length = 0;
  if (!get_varint(in, length) || length > in.size()) {
    in = {};
    return {};
  }
  const auto text = in.substr(0, length);
  in.remove_prefix(length);
  return text;
}

// False when there is none, or none that our writers would write.
bool take_milliseconds(std::string_view& in, std::int64_t& value) {
  std::uint64_t number = 0;
  if (!get_varint(in, number) || number > static_cast<std::uint64_t>(kMaxInteger)) return false;
  value = static_cast<std::int64_t>(number);
  return true;
}

std::string_view value_of(std::string_view blob) {
  return blob.size() > kVersionBytes ? blob.substr(kVersionBytes) : std::string_view{};
}

}  // namespace

void reduce(const Update& update, RowWrite& out) {
  out.item.clear();
  out.row_key.clear();
  if (update.erase) {
    out.row_key.assign(kUserRow);
    const Stamp stamp({.counter = update.version.counter, .time_ms = update.version.time_ms});
    append_raw(out.item, kRegisterBound, [&](RawWriter raw) { return stamp.begin(raw, Register::kErased, 0); });
    return;
  }
  out.row_key.append(update.show.text).push_back('\0');
  out.row_key.append(update.episode.text);
  // Without an episode there is only the mark that hides a whole show.
  const bool whole_show = update.mark == Mark::kRemoved && update.show.present();
  if (update.live || !(update.episode.present() || whole_show)) return;
  const auto texts = update.device.size() + update.session.size() + update.next_episode.text.size();
  append_raw(out.item, kRegisters * kRegisterBound + texts,
             [&](RawWriter raw) { return write_registers(raw, update); });
}

PositionValue decode_position(std::string_view blob) {
  PositionValue value;
  auto in = value_of(blob);
  if (in.size() < 2) return value;
  const auto bits = static_cast<unsigned char>(in[0]);
  value.show_integer = (bits & kShowIntegerBit) != 0;
  value.episode_integer = (bits & kEpisodeIntegerBit) != 0;
  const auto state = static_cast<unsigned char>(in[1]);
  if (state <= static_cast<unsigned char>(State::kEnded)) value.state = static_cast<State>(state);
  in.remove_prefix(2);
  if (!take_milliseconds(in, value.position_ms)) return value;
  value.device = take_text(in);
  value.session = take_text(in);
  return value;
}

std::int64_t decode_milliseconds(std::string_view blob) {
  auto in = value_of(blob);
  std::int64_t value = 0;
  return take_milliseconds(in, value) ? value : 0;
}

IdView decode_next(std::string_view blob) {
  const auto in = value_of(blob);
  if (in.empty()) return {};
  return {.text = in.substr(1), .integer = in[0] != 0};
}

FlagValue decode_flag(std::string_view blob) {
  const auto in = value_of(blob);
  if (in.empty()) return {};
  const auto bits = static_cast<unsigned char>(in[0]);
  return {.value = (bits & kValueBit) != 0,
          .show_integer = (bits & kShowIntegerBit) != 0,
          .episode_integer = (bits & kEpisodeIntegerBit) != 0};
}

}  // namespace playhead::model
