#include "model/record.h"

#include <fmt/format.h>

#include <cstring>
#include <protozero/pbf_message.hpp>
#include <protozero/pbf_writer.hpp>

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
};

constexpr std::uint32_t kUserInteger = 1, kShowInteger = 2, kEpisodeInteger = 4, kNextInteger = 8;
// Version (tag and one byte) and time (tag and eight bytes): fixed, so that the time can be set in place.
constexpr std::size_t kTimeAt = 3;
constexpr std::size_t kHeaderBytes = kTimeAt + 8;

void add_text(protozero::pbf_writer& out, Tag tag, std::string_view text) {
  if (!text.empty()) out.add_bytes(static_cast<protozero::pbf_tag_type>(tag), text.data(), text.size());
}
void add_int(protozero::pbf_writer& out, Tag tag, const std::optional<std::int64_t>& value) {
  if (value) out.add_int64(static_cast<protozero::pbf_tag_type>(tag), *value);
}
void add_uint(protozero::pbf_writer& out, Tag tag, std::uint64_t value) {
  if (value != 0) out.add_uint64(static_cast<protozero::pbf_tag_type>(tag), value);
}

Update decode(std::string_view bytes) {
  Update update;
  std::uint32_t integers = 0;
  std::int64_t age = 0;
  const auto text = [](const protozero::data_view& view) { return std::string_view(view.data(), view.size()); };
  protozero::pbf_message<Tag> in(bytes.data(), bytes.size());
  while (in.next()) {
    switch (in.tag()) {
      case Tag::kUser: update.user.text = text(in.get_view()); break;
      case Tag::kShow: update.show.text = text(in.get_view()); break;
      case Tag::kEpisode: update.episode.text = text(in.get_view()); break;
      case Tag::kIntegerIds: integers = in.get_uint32(); break;
      case Tag::kReceivedMs: update.received_ms = in.get_int64(); break;
      case Tag::kAgeMs: age = in.get_int64(); break;
      case Tag::kCounter: update.version.counter = in.get_uint64(); break;
      case Tag::kSeq: update.version.seq = in.get_uint64(); break;
      case Tag::kPositionMs: update.position_ms = in.get_int64(); break;
      case Tag::kDurationMs: update.duration_ms = in.get_int64(); break;
      case Tag::kCreditsAtMs: update.credits_at_ms = in.get_int64(); break;
      case Tag::kNextEpisode: update.next_episode.text = text(in.get_view()); break;
      case Tag::kDevice: update.device = text(in.get_view()); break;
      case Tag::kSession: update.session = text(in.get_view()); break;
      case Tag::kState: update.state = static_cast<State>(in.get_enum()); break;
      case Tag::kMark: update.mark = static_cast<Mark>(in.get_enum()); break;
      case Tag::kEligible: update.eligible = in.get_bool(); break;
      case Tag::kFinished: update.finished = in.get_bool(); break;
      case Tag::kLive: update.live = in.get_bool(); break;
      case Tag::kErase: update.erase = in.get_bool(); break;
      default: in.skip(); break;
    }
  }
  update.user.integer = (integers & kUserInteger) != 0;
  update.show.integer = (integers & kShowInteger) != 0;
  update.episode.integer = (integers & kEpisodeInteger) != 0;
  update.next_episode.integer = (integers & kNextInteger) != 0;
  update.version.time_ms = update.received_ms - age;
  return update;
}

}  // namespace

void append_update(std::string& updates, const Update& update) {
  protozero::pbf_writer record(updates);
  protozero::pbf_writer out(record, static_cast<protozero::pbf_tag_type>(RecordTag::kUpdates));
  add_text(out, Tag::kUser, update.user.text);
  add_text(out, Tag::kShow, update.show.text);
  add_text(out, Tag::kEpisode, update.episode.text);
  const std::uint32_t integers = (update.user.integer ? kUserInteger : 0) | (update.show.integer ? kShowInteger : 0) |
                                 (update.episode.integer ? kEpisodeInteger : 0) |
                                 (update.next_episode.integer ? kNextInteger : 0);
  add_uint(out, Tag::kIntegerIds, integers);
  add_int(out, Tag::kReceivedMs, update.received_ms);
  const std::int64_t age = update.received_ms - update.version.time_ms;
  if (age != 0) add_int(out, Tag::kAgeMs, age);
  add_uint(out, Tag::kCounter, update.version.counter);
  add_uint(out, Tag::kSeq, update.version.seq);
  add_int(out, Tag::kPositionMs, update.position_ms);
  add_int(out, Tag::kDurationMs, update.duration_ms);
  add_int(out, Tag::kCreditsAtMs, update.credits_at_ms);
  add_text(out, Tag::kNextEpisode, update.next_episode.text);
  add_text(out, Tag::kDevice, update.device);
  add_text(out, Tag::kSession, update.session);
  add_uint(out, Tag::kState, static_cast<std::uint64_t>(update.state));
  add_uint(out, Tag::kMark, static_cast<std::uint64_t>(update.mark));
  add_uint(out, Tag::kEligible, update.eligible);
  add_uint(out, Tag::kFinished, update.finished);
  add_uint(out, Tag::kLive, update.live);
  add_uint(out, Tag::kErase, update.erase);
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
  if (record.size() < kHeaderBytes || !record.starts_with(std::string_view(record_header(0)).substr(0, 1))) {
    return std::nullopt;
  }
  std::uint64_t little;
  std::memcpy(&little, record.data() + kTimeAt, sizeof little);
  return static_cast<std::int64_t>(little);
}

Result<bool> RecordReader::find_update(std::string_view& update) {
  protozero::pbf_message<RecordTag> in(rest_.data(), rest_.size());
  while (in.next()) {
    switch (in.tag()) {
      case RecordTag::kVersion: {
        const auto version = in.get_uint32();
        if (version > kRecordVersion) {
          return fail("record-too-new",
                      fmt::format("The record has version {}, and this program reads up to {}: use a newer program.",
                                  version, kRecordVersion));
        }
        version_read_ = true;
        break;
      }
      case RecordTag::kUpdates: {
        const auto view = in.get_view();
        update = {view.data(), view.size()};
        const auto left = in.data();
        rest_ = {left.data(), left.size()};
        return version_read_ ? Result<bool>(true)
                             : fail("record-corrupt", "The record does not begin with its version.");
      }
      default: in.skip(); break;
    }
  }
  rest_ = {};
  return false;
}

Result<std::optional<Update>> RecordReader::next() {
  try {
    std::string_view bytes;
    auto found = find_update(bytes);
    if (!found) rest_ = {};
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    auto update = decode(bytes);
    const bool has_row = update.episode.present() || update.show.present() || update.erase;
    if (update.user.present() && has_row) return update;
    rest_ = {};
    return fail("record-corrupt", "An update in the record lacks its user or episode.");
  } catch (const protozero::exception& error) {
    rest_ = {};
    return fail("record-corrupt", fmt::format("The record is not readable protobuf: {}.", error.what()));
  }
}

}  // namespace playhead::model
