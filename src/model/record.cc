#include "model/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <protozero/pbf_message.hpp>
#include <protozero/pbf_writer.hpp>

#include "base/bytes.h"
#include "model/raw_writer.h"

namespace playhead::model {
namespace {

enum class RecordTag : protozero::pbf_tag_type { kVersion = 1, kAppendedMs = 2, kUpdates = 3 };

enum class Tag : protozero::pbf_tag_type {
  kUser = 1,
  kShow = 2,
  kEpisode = 3,
  kIntegerIds = 4,
  kReceivedMs = 5,
  kAgeMs = 6,
  kCounter = 7,
  kSeq = 8,
  kPositionMs = 9,
  kDurationMs = 10,
  kCreditsAtMs = 11,
  kNextEpisode = 12,
  kDevice = 13,
  kSession = 14,
  kState = 15,
  kMark = 16,
  kEligible = 17,
  kFinished = 18,
  kLive = 19,
  kErase = 20,
  kSeek = 21,
};

constexpr std::size_t kMostFields = 21;

constexpr std::uint32_t kUserInteger = 1, kShowInteger = 2, kEpisodeInteger = 4, kNextInteger = 8;
// Version (tag and one byte) and time (tag and eight bytes): fixed, so that the time can be set in place.
constexpr std::size_t kTimeAt = 3;
constexpr std::size_t kHeaderBytes = kTimeAt + 8;
constexpr std::string_view kNoVersion = "The record does not begin with its version.";

// Far beyond any time or position that a player can send, and small enough to add and subtract.
constexpr std::int64_t kLargest = std::int64_t{1} << 56;

constexpr std::uint32_t kVarint = 0, kBytes = 2;  // protobuf's wire types
constexpr std::uint32_t key(Tag tag, std::uint32_t wire_type) {
  return static_cast<std::uint32_t>(tag) << 3 | wire_type;
}
constexpr std::uint32_t key(RecordTag tag, std::uint32_t wire_type) {
  return static_cast<std::uint32_t>(tag) << 3 | wire_type;
}

// Fields in the order of their tags, absent where protobuf's default says the same.
class FieldWriter {
 public:
  explicit FieldWriter(RawWriter out) : out_(out) {}
  void text(Tag tag, std::string_view value) {
    if (value.empty()) return;
    out_.varint(key(tag, kBytes));
    out_.varint(value.size());
    out_.bytes(value);
  }
  void number(Tag tag, std::uint64_t value) {
    out_.varint(key(tag, kVarint));
    out_.varint(value);
  }
  void unless_zero(Tag tag, std::uint64_t value) {
    if (value != 0) number(tag, value);
  }
  void optional(Tag tag, const std::optional<std::int64_t>& value) {
    if (value) number(tag, static_cast<std::uint64_t>(*value));
  }
  RawWriter end() const { return out_; }

 private:
  RawWriter out_;
};

RawWriter write_fields(RawWriter raw, const Update& update) {
  FieldWriter out(raw);
  out.text(Tag::kUser, update.user.text);
  out.text(Tag::kShow, update.show.text);
  out.text(Tag::kEpisode, update.episode.text);
  out.unless_zero(Tag::kIntegerIds, (update.user.integer ? kUserInteger : 0) |
                                        (update.show.integer ? kShowInteger : 0) |
                                        (update.episode.integer ? kEpisodeInteger : 0) |
                                        (update.next_episode.integer ? kNextInteger : 0));
  out.unless_zero(Tag::kReceivedMs, static_cast<std::uint64_t>(update.received_ms));
  out.unless_zero(Tag::kAgeMs, static_cast<std::uint64_t>(update.received_ms - update.version.time_ms));
  out.unless_zero(Tag::kCounter, update.version.counter);
  out.unless_zero(Tag::kSeq, update.version.seq);
  out.optional(Tag::kPositionMs, update.position_ms);
  out.optional(Tag::kDurationMs, update.duration_ms);
  out.optional(Tag::kCreditsAtMs, update.credits_at_ms);
  out.text(Tag::kNextEpisode, update.next_episode.text);
  out.text(Tag::kDevice, update.device);
  out.text(Tag::kSession, update.session);
  out.unless_zero(Tag::kState, static_cast<std::uint64_t>(update.state));
  out.unless_zero(Tag::kMark, static_cast<std::uint64_t>(update.mark));
  out.unless_zero(Tag::kEligible, update.eligible);
  out.unless_zero(Tag::kFinished, update.finished);
  out.unless_zero(Tag::kLive, update.live);
  out.unless_zero(Tag::kErase, update.erase);
  out.unless_zero(Tag::kSeek, update.seek);
  return out.end();
}

// The values that need a look once all fields were read.
struct Raw {
  std::uint64_t integers = 0, state = 0, mark = 0;
  std::int64_t age = 0;
};

// Every number is read as a whole varint: what is no bool or enum of ours is judged afterwards. A field of an
// unexpected wire type is an unknown field, as in any protobuf reader.
void read_fields(std::string_view bytes, Update& update, Raw& raw) {
  using Type = protozero::pbf_wire_type;
  protozero::pbf_message<Tag> in(bytes.data(), bytes.size());
  const auto text = [&in] {
    const auto view = in.get_view();
    return std::string_view(view.data(), view.size());
  };
  while (in.next()) {
    switch (in.tag_and_type()) {
      case tag_and_type(Tag::kUser, Type::length_delimited): update.user.text = text(); break;
      case tag_and_type(Tag::kShow, Type::length_delimited): update.show.text = text(); break;
      case tag_and_type(Tag::kEpisode, Type::length_delimited): update.episode.text = text(); break;
      case tag_and_type(Tag::kIntegerIds, Type::varint): raw.integers = in.get_uint64(); break;
      case tag_and_type(Tag::kReceivedMs, Type::varint): update.received_ms = in.get_int64(); break;
      case tag_and_type(Tag::kAgeMs, Type::varint): raw.age = in.get_int64(); break;
      case tag_and_type(Tag::kCounter, Type::varint): update.version.counter = in.get_uint64(); break;
      case tag_and_type(Tag::kSeq, Type::varint): update.version.seq = in.get_uint64(); break;
      case tag_and_type(Tag::kPositionMs, Type::varint): update.position_ms = in.get_int64(); break;
      case tag_and_type(Tag::kDurationMs, Type::varint): update.duration_ms = in.get_int64(); break;
      case tag_and_type(Tag::kCreditsAtMs, Type::varint): update.credits_at_ms = in.get_int64(); break;
      case tag_and_type(Tag::kNextEpisode, Type::length_delimited): update.next_episode.text = text(); break;
      case tag_and_type(Tag::kDevice, Type::length_delimited): update.device = text(); break;
      case tag_and_type(Tag::kSession, Type::length_delimited): update.session = text(); break;
      case tag_and_type(Tag::kState, Type::varint): raw.state = in.get_uint64(); break;
      case tag_and_type(Tag::kMark, Type::varint): raw.mark = in.get_uint64(); break;
      case tag_and_type(Tag::kEligible, Type::varint): update.eligible = in.get_uint64() != 0; break;
      case tag_and_type(Tag::kFinished, Type::varint): update.finished = in.get_uint64() != 0; break;
      case tag_and_type(Tag::kLive, Type::varint): update.live = in.get_uint64() != 0; break;
      case tag_and_type(Tag::kErase, Type::varint): update.erase = in.get_uint64() != 0; break;
      case tag_and_type(Tag::kSeek, Type::varint): update.seek = in.get_uint64() != 0; break;
      default: in.skip(); break;
    }
  }
}

// An id of ours: no zero byte, which would end it early in a key; written as a number only if it is one.
bool sound(const IdView& id) {
  if (!id.integer || !id.present()) return id.text.find('\0') == std::string_view::npos;
  const auto digits = id.text.substr(id.text.front() == '-' ? 1 : 0);
  return !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}
bool sound(const std::optional<std::int64_t>& milliseconds) {
  return !milliseconds || (*milliseconds >= 0 && *milliseconds <= kMaxInteger);
}

// What is wrong with an update that is readable protobuf; empty when it can be applied.
std::string_view finish(Update& update, const Raw& raw) {
  update.user.integer = (raw.integers & kUserInteger) != 0;
  update.show.integer = (raw.integers & kShowInteger) != 0;
  update.episode.integer = (raw.integers & kEpisodeInteger) != 0;
  update.next_episode.integer = (raw.integers & kNextInteger) != 0;
  if (raw.state > static_cast<std::uint64_t>(State::kEnded)) return "has an unknown state";
  if (raw.mark > static_cast<std::uint64_t>(Mark::kRemoved)) return "has an unknown mark";
  update.state = static_cast<State>(raw.state);
  update.mark = static_cast<Mark>(raw.mark);
  const bool whole_show = update.mark == Mark::kRemoved && update.show.present();
  if (!update.user.present() || !(update.episode.present() || whole_show || update.erase)) {
    return "lacks its user or episode";
  }
  if (!sound(update.user) || !sound(update.show) || !sound(update.episode) || !sound(update.next_episode)) {
    return "has a malformed id";
  }
  const auto too_large = [](std::int64_t value) { return value < -kLargest || value > kLargest; };
  if (too_large(update.received_ms) || too_large(raw.age)) return "has a time that is out of range";
  if (!sound(update.position_ms) || !sound(update.duration_ms) || !sound(update.credits_at_ms)) {
    return "has a position that is out of range";
  }
  update.version.time_ms = update.received_ms - raw.age;
  return {};
}

template <class Read>
Result<bool> unless_garbled(Read&& read) {
  try {
    return read();
  } catch (const protozero::exception& error) {
    return fail("record-corrupt", fmt::format("The record is not readable protobuf: {}.", error.what()));
  }
}

}  // namespace

void append_update(std::string& updates, const Update& update) {
  const std::size_t bound = kMostFields * (2 + 10) + update.user.text.size() + update.show.text.size() +
                            update.episode.text.size() + update.next_episode.text.size() + update.device.size() +
                            update.session.size();
  const auto length_bytes = varint_size(bound);
  append_raw(updates, 1 + length_bytes + bound, [&](RawWriter out) {
    out.varint(key(RecordTag::kUpdates, kBytes));
    // The length is known when the fields are written: room for the longest is left, and given back if too much.
    char* const length_at = out.at();
    const auto end = write_fields(RawWriter(length_at + length_bytes), update).at();
    const auto length = static_cast<std::size_t>(end - length_at) - length_bytes;
    out.varint(length);
    if (varint_size(length) != length_bytes) std::memmove(out.at(), length_at + length_bytes, length);
    out.skip(length);
    return out;
  });
}

std::string record_header(std::int64_t appended_ms) {
  std::string header;
  protozero::pbf_writer out(header);
  out.add_uint32(static_cast<protozero::pbf_tag_type>(RecordTag::kVersion), kRecordVersion);
  out.add_fixed64(static_cast<protozero::pbf_tag_type>(RecordTag::kAppendedMs),
                  static_cast<std::uint64_t>(appended_ms));
  return header;
}

void set_record_time(std::string& record, std::int64_t appended_ms) {
  const auto header = record_header(appended_ms);
  record.replace(0, header.size(), header);
}

std::optional<std::int64_t> record_time(std::string_view record) {
  const auto header = record_header(0);
  const bool ours = record.size() >= kHeaderBytes && record[0] == header[0] && record[2] == header[2];
  if (!ours) return std::nullopt;
  std::uint64_t little;
  std::memcpy(&little, record.data() + kTimeAt, sizeof little);
  return static_cast<std::int64_t>(std::endian::native == std::endian::little ? little : std::byteswap(little));
}

Result<bool> RecordReader::find_update(std::string_view& update) {
  using Type = protozero::pbf_wire_type;
  protozero::pbf_message<RecordTag> in(rest_.data(), rest_.size());
  while (in.next()) {
    switch (in.tag_and_type()) {
      case tag_and_type(RecordTag::kVersion, Type::varint): {
        const auto version = in.get_uint64();
        if (version > kRecordVersion) {
          return fail("record-too-new",
                      fmt::format("The record has version {}, and this program reads up to {}: use a newer program.",
                                  version, kRecordVersion));
        }
        version_read_ = version != 0;
        break;
      }
      case tag_and_type(RecordTag::kUpdates, Type::length_delimited): {
        const auto view = in.get_view();
        update = {view.data(), view.size()};
        rest_.remove_prefix(static_cast<std::size_t>(view.data() + view.size() - rest_.data()));
        return version_read_ ? Result<bool>(true) : fail("record-corrupt", std::string(kNoVersion));
      }
      default: in.skip(); break;
    }
  }
  rest_ = {};
  return version_read_ ? Result<bool>(false) : fail("record-corrupt", std::string(kNoVersion));
}

Result<std::optional<Update>> RecordReader::next() {
  if (ended_) return std::nullopt;
  std::string_view bytes;
  const auto found = unless_garbled([&] { return find_update(bytes); });
  if (found && *found) return decode(bytes);
  ended_ = true;
  if (!found) return std::unexpected(found.error());
  return std::nullopt;
}

// On its own for the sake of speed: the answer is made where the caller wants it.
Result<std::optional<Update>> RecordReader::decode(std::string_view bytes) {
  Result<std::optional<Update>> result(std::in_place, std::in_place);
  const auto done = unless_garbled([&]() -> Result<bool> {
    Raw raw;
    read_fields(bytes, **result, raw);
    const auto wrong = finish(**result, raw);
    if (wrong.empty()) return true;
    return fail("record-corrupt", fmt::format("An update in the record {}.", wrong));
  });
  if (!done) {
    ended_ = true;
    result = std::unexpected(done.error());
  }
  return result;
}

}  // namespace playhead::model
