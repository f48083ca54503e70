#include "model/record.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <protozero/pbf_writer.hpp>

#include "base/bytes.h"
#include "model/raw_writer.h"
#include "model/record_format.h"

namespace playhead::model {
namespace {

// Version (tag and one byte) and time (tag and eight bytes): fixed, so that the time can be set in place.
constexpr std::size_t kTimeAt = 3;
constexpr std::size_t kHeaderBytes = kTimeAt + 8;

constexpr std::uint32_t kVarint = 0, kBytes = 2;  // protobuf's wire types
constexpr std::uint32_t key(Tag tag, std::uint32_t wire_type) {
  return static_cast<std::uint32_t>(tag) << 3 | wire_type;
}
constexpr std::uint32_t key(RecordTag tag, std::uint32_t wire_type) {
  return static_cast<std::uint32_t>(tag) << 3 | wire_type;
}

std::atomic<std::uint32_t> written_version{kNewestVersion};

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
  const bool made_up = written_version.load(std::memory_order_relaxed) == kMadeUpVersion;
  out.optional(made_up ? Tag::kMadeUpPosition : Tag::kPositionMs, update.position_ms);
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

}  // namespace

std::uint32_t newest_record_version() { return kNewestVersion; }

void write_record_version(std::uint32_t version) { written_version = std::clamp(version, 1U, kNewestVersion); }

std::uint32_t written_record_version() { return written_version.load(std::memory_order_relaxed); }

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
  out.add_uint32(static_cast<protozero::pbf_tag_type>(RecordTag::kVersion),
                 written_version.load(std::memory_order_relaxed));
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

}  // namespace playhead::model
