#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <protozero/pbf_message.hpp>

#include "model/record.h"
#include "model/record_format.h"

namespace playhead::model {
namespace {

constexpr std::string_view kNoVersion = "The record does not begin with its version.";
// Far beyond any time or position that a player can send, and small enough to add and subtract.
constexpr std::int64_t kLargest = std::int64_t{1} << 56;

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
#ifdef PLAYHEAD_MADE_UP_RECORD_VERSION
      case tag_and_type(Tag::kMadeUpPosition, Type::varint): update.position_ms = in.get_int64(); break;
#endif
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

Result<bool> RecordReader::find_update(std::string_view& update) {
  using Type = protozero::pbf_wire_type;
  protozero::pbf_message<RecordTag> in(rest_.data(), rest_.size());
  while (in.next()) {
    switch (in.tag_and_type()) {
      case tag_and_type(RecordTag::kVersion, Type::varint): {
        const auto version = in.get_uint64();
        if (version > kNewestVersion) {
          return fail("record-too-new",
                      fmt::format("The record has version {}, and this program reads up to {}: use a newer program.",
                                  version, kNewestVersion));
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
