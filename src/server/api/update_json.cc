#include "server/api/update_json.h"

#include <algorithm>
#include <utility>

#include "server/api/json_values.h"
#include "server/api/update_fields.h"

namespace playhead::server::api {
namespace {

using model::Heartbeat;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::pair<std::string_view, model::State> kStates[] = {{"playing", model::State::kPlaying},
                                                                 {"paused", model::State::kPaused},
                                                                 {"stopped", model::State::kStopped},
                                                                 {"ended", model::State::kEnded}};
constexpr std::pair<std::string_view, model::Mark> kMarks[] = {
    {"watched", model::Mark::kWatched}, {"unwatched", model::Mark::kUnwatched}, {"removed", model::Mark::kRemoved}};
constexpr std::pair<std::string_view, model::ClockKind> kClocks[] = {{"device", model::ClockKind::kDevice},
                                                                     {"server", model::ClockKind::kServer}};

}  // namespace

bool UpdateReader::refuse(std::string_view code, std::string detail) {
  error_ = {code, std::move(detail)};
  return false;
}

bool UpdateReader::refuse_type(std::string_view code, std::string_view field, Element value,
                               std::string_view expected) {
  return refuse(code,
                sentence(field, "is ").append(kind_of(value)).append("; expected ").append(expected).append("."));
}

bool UpdateReader::read(Element value, Heartbeat& out) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    return refuse("not-an-object",
                  std::string("The update is ").append(kind_of(value)).append("; expected an object."));
  }
  return read_object(object, out);
}

bool UpdateReader::read_object(simdjson::dom::object object, Heartbeat& out) {
  position_fault_.reset();
  std::uint32_t seen = 0;
  for (const auto [name, field_value] : object) {
    const int field = find_field(name);
    if (field == kNoField) continue;
    const std::uint32_t bit = std::uint32_t{1} << field;
    if ((seen & bit) != 0) return refuse("duplicate-key", sentence(name, "appears twice; expected it once."));
    seen |= bit;
    if (field_value.is_null()) continue;
    if (!read_field(field, field_value, out)) return false;
  }
  return check(out);
}

bool UpdateReader::read_field(int field, Element value, Heartbeat& out) {
  const auto name = kNames[static_cast<std::size_t>(field)];
  switch (field) {
    case kUserId: return id(name, value, out.user);
    case kShowId: return id(name, value, out.show);
    case kEpisodeId: return id(name, value, out.episode);
    case kNextEpisodeId: return id(name, value, out.next_episode);
    case kDeviceId: {
      model::IdView device;
      const bool good = id(name, value, device);
      out.device = device.text;
      return good;
    }
    case kSessionId: {
      model::IdView session;
      const bool good = id(name, value, session);
      out.session = session.text;
      return good;
    }
    case kPosition: return position(value, out);
    case kTimestamp: return time(name, value, out.timestamp_ms);
    case kSentAt: return time(name, value, out.sent_at_ms);
    case kDuration: return seconds(name, value, out.duration_ms);
    case kCreditsAt: return seconds(name, value, out.credits_at_ms);
    case kPlayedSeconds: return seconds(name, value, out.played_ms);
    case kSeq: return integer(name, value, out.seq);
    case kCounter: return integer(name, value, out.counter.emplace());
    case kSeek: return flag(name, value, out.seek);
    case kProvisional: return flag(name, value, out.provisional.emplace());
    case kLive: return flag(name, value, out.live);
    case kState: return word("invalid-state", name, value, kStates, out.state);
    case kMark: return word("invalid-mark", name, value, kMarks, out.mark);
    case kClock: return word("invalid-clock", name, value, kClocks, out.clock);
    default: return true;
  }
}

bool UpdateReader::check(const Heartbeat& update) {
  if (!update.user.present())
    return refuse("missing-user", "\"userId\" is missing; expected a string or an integer.");
  if (!update.episode.present()) {
    if (update.mark != model::Mark::kRemoved) {
      return refuse("missing-episode", "\"episodeId\" is missing; expected a string or an integer.");
    }
    if (!update.show.present()) {
      return refuse("missing-show",
                    "\"showId\" and \"episodeId\" are missing; expected at least one of them to remove.");
    }
  }
  if (update.live || (update.mark != model::Mark::kNone && !position_fault_)) return true;
  if (position_fault_) return refuse("invalid-position", sentence("position", model::explain(*position_fault_)));
  if (update.position_ms) return true;
  return refuse("missing-position",
                "\"position\" is missing; expected seconds as a number, or text such as \"18:42\".");
}

bool UpdateReader::id(std::string_view field, Element value, model::IdView& out) {
  switch (value.type()) {
    case element_type::INT64: {
      const auto number = get_unchecked<std::int64_t>(value);
      if (number < 0)
        return refuse("invalid-id", sentence(field, "is negative; expected an integer from 0 to 2^53-1."));
      if (number > model::kMaxInteger) break;
      out = {.text = ids_.put(number), .integer = true};
      return true;
    }
    case element_type::UINT64: break;
    case element_type::STRING: {
      const auto text = get_unchecked<std::string_view>(value);
      if (text.empty()) return refuse("invalid-id", sentence(field, "is empty; expected an id, or no field at all."));
      if (text.size() > limits_.max_id_bytes) {
        return refuse("invalid-id", sentence(field, "is ")
                                        .append(std::to_string(text.size()))
                                        .append(" bytes long; expected at most ")
                                        .append(std::to_string(limits_.max_id_bytes))
                                        .append("."));
      }
      if (has_control_character(text)) {
        return refuse("invalid-id",
                      sentence(field, "is ")
                          .append(quoted(text))
                          .append(", which holds control characters or half a surrogate pair; expected none."));
      }
      out = {.text = text, .integer = false};
      return true;
    }
    default: return refuse_type("invalid-id", field, value, "a string or an integer");
  }
  return refuse("id-too-large",
                sentence(field, "is past 2^53-1; expected a smaller integer, or the id as a string."));
}

bool UpdateReader::position(Element value, Heartbeat& out) {
  model::TimeResult<std::int64_t> ms = 0;
  switch (value.type()) {
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE: ms = model::media_ms(get_unchecked<double>(value)); break;
    case element_type::STRING: ms = model::media_ms(get_unchecked<std::string_view>(value)); break;
    default:
      return refuse_type("invalid-position", "position", value, "seconds as a number, or text such as \"18:42\"");
  }
  if (ms) {
    out.position_ms = *ms;
  } else {
    position_fault_ = ms.error();
  }
  return true;
}

bool UpdateReader::seconds(std::string_view field, Element value, std::optional<std::int64_t>& out) {
  if (!value.is_number()) return refuse_type("invalid-duration", field, value, "seconds as a number");
  const auto ms = model::media_ms(get_unchecked<double>(value));
  if (!ms) return refuse("invalid-duration", sentence(field, model::explain(ms.error())));
  const bool unknown = *ms == 0 && field != kNames[kPlayedSeconds];
  if (!unknown) out = *ms;
  return true;
}

bool UpdateReader::time(std::string_view field, Element value, std::optional<std::int64_t>& out) {
  auto time = read_time(field, value);
  if (!time) return refuse(time.error().code, std::move(time.error().detail));
  out = *time;
  return true;
}

bool UpdateReader::integer(std::string_view field, Element value, std::uint64_t& out) {
  const auto number = value.type() == element_type::INT64 ? get_unchecked<std::int64_t>(value) : -1;
  if (number < 0 || number > model::kMaxInteger) {
    return refuse("invalid-integer", sentence(field, "is not an integer from 0 to 2^53-1."));
  }
  out = static_cast<std::uint64_t>(number);
  return true;
}

bool UpdateReader::flag(std::string_view field, Element value, bool& out) {
  if (!value.is_bool()) return refuse_type("invalid-flag", field, value, "true or false");
  out = get_unchecked<bool>(value);
  return true;
}

template <class Enum, std::size_t N>
bool UpdateReader::word(std::string_view code, std::string_view field, Element value,
                        const std::pair<std::string_view, Enum> (&words)[N], Enum& out) {
  std::string expected;
  if (value.is_string()) {
    const auto text = get_unchecked<std::string_view>(value);
    const auto found = std::ranges::find(words, text, &std::pair<std::string_view, Enum>::first);
    if (found != std::end(words)) {
      out = found->second;
      return true;
    }
  }
  for (std::size_t i = 0; i < N; ++i) {
    expected.append(i == 0 ? "" : i + 1 < N ? ", " : " or ").append(words[i].first);
  }
  if (!value.is_string()) return refuse_type(code, field, value, expected);
  return refuse(code, sentence(field, "is ")
                          .append(quoted(get_unchecked<std::string_view>(value)))
                          .append("; expected ")
                          .append(expected)
                          .append("."));
}

}  // namespace playhead::server::api
