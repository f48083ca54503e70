#include "model/reduce.h"

#include "base/bytes.h"

namespace playhead::model {
namespace {

constexpr unsigned char kShowIntegerBit = 1, kEpisodeIntegerBit = 2, kValueBit = 4;

char id_bits(const Update& update, bool value = false) {
  return static_cast<char>((update.show.integer ? kShowIntegerBit : 0) |
                           (update.episode.integer ? kEpisodeIntegerBit : 0) | (value ? kValueBit : 0));
}

void append_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

// Builds blobs in one buffer that the thread keeps.
class BlobWriter {
 public:
  BlobWriter(const Update& update, std::string& item) : version_(encode_version(update.version)), item_(item) {}

  std::string& begin() {
    blob_.assign(version_);
    return blob_;
  }
  void end(Register id) { append_register(item_, id, blob_); }

 private:
  std::string version_;
  std::string& item_;
  inline static thread_local std::string blob_;
};

void write_milliseconds(BlobWriter& writer, Register id, const std::optional<std::int64_t>& value) {
  if (!value) return;
  put_varint(writer.begin(), static_cast<std::uint64_t>(*value));
  writer.end(id);
}

void write_position(BlobWriter& writer, const Update& update) {
  auto& blob = writer.begin();
  blob.push_back(id_bits(update));
  blob.push_back(static_cast<char>(update.state));
  put_varint(blob, static_cast<std::uint64_t>(*update.position_ms));
  append_text(blob, update.device);
  append_text(blob, update.session);
  writer.end(update.eligible ? Register::kResume : Register::kProvisional);
}

void write_flag(BlobWriter& writer, Register id, const Update& update, bool value) {
  writer.begin().push_back(id_bits(update, value));
  writer.end(id);
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

std::string_view value_of(std::string_view blob) {
  return blob.size() > kVersionBytes ? blob.substr(kVersionBytes) : std::string_view{};
}

}  // namespace

void reduce(const Update& update, RowWrite& out) {
  out.item.clear();
  out.row_key.clear();
  BlobWriter writer(update, out.item);
  if (update.erase) {
    out.row_key.assign(kUserRow);
    writer.begin();
    writer.end(Register::kErased);
    return;
  }
  out.row_key.append(update.show.text).push_back('\0');
  out.row_key.append(update.episode.text);
  if (update.live) return;
  // Registers go in ascending order of their ids.
  const bool plain = update.mark == Mark::kNone;
  if (plain && update.position_ms) write_position(writer, update);
  if (update.episode.present()) {
    write_milliseconds(writer, Register::kDuration, update.duration_ms);
    write_milliseconds(writer, Register::kCredits, update.credits_at_ms);
    if (update.next_episode.present()) {
      auto& blob = writer.begin();
      blob.push_back(update.next_episode.integer ? 1 : 0);
      blob.append(update.next_episode.text);
      writer.end(Register::kNext);
    }
  }
  if (update.mark == Mark::kWatched || update.mark == Mark::kUnwatched) {
    write_flag(writer, Register::kPlayed, update, update.mark == Mark::kWatched);
  } else if (plain && update.finished) {
    write_flag(writer, Register::kPlayed, update, true);
  }
  if (update.mark == Mark::kRemoved) write_flag(writer, Register::kHidden, update, true);
}

PositionValue decode_position(std::string_view blob) {
  PositionValue value;
  auto in = value_of(blob);
  if (in.size() < 2) return value;
  const auto bits = static_cast<unsigned char>(in[0]);
  value.show_integer = (bits & kShowIntegerBit) != 0;
  value.episode_integer = (bits & kEpisodeIntegerBit) != 0;
  value.state = static_cast<State>(in[1]);
  in.remove_prefix(2);
  std::uint64_t position = 0;
  if (!get_varint(in, position)) return value;
  value.position_ms = static_cast<std::int64_t>(position);
  value.device = take_text(in);
  value.session = take_text(in);
  return value;
}

std::int64_t decode_milliseconds(std::string_view blob) {
  auto in = value_of(blob);
  std::uint64_t value = 0;
  return get_varint(in, value) ? static_cast<std::int64_t>(value) : 0;
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
