#pragma once

// The fields of an update by name. Internal to progress_json.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace playhead::server::api {

enum Field : int {
  kNoField = -1,
  kUserId,
  kShowId,
  kEpisodeId,
  kPosition,
  kTimestamp,
  kClock,
  kSentAt,
  kDuration,
  kCreditsAt,
  kNextEpisodeId,
  kDeviceId,
  kSessionId,
  kSeq,
  kState,
  kSeek,
  kProvisional,
  kPlayedSeconds,
  kCounter,
  kMark,
  kLive,
  kFields
};

constexpr std::array<std::string_view, kFields> kNames = {
    "userId",   "showId",      "episodeId",     "position", "timestamp", "clock", "sentAt",
    "duration", "creditsAt",   "nextEpisodeId", "deviceId", "sessionId", "seq",   "state",
    "seek",     "provisional", "playedSeconds", "counter",  "mark",      "live"};

// The field of that name among those of `Length` characters. With lengths that the compiler knows, each
// comparison is a load or two instead of a call.
template <std::size_t Length>
int find_field_of_length(const char* name) {
  int found = kNoField;
  const auto look = [&]<std::size_t Field>() {
    if constexpr (kNames[Field].size() == Length) {
      if (std::memcmp(name, kNames[Field].data(), Length) != 0) return false;
      found = static_cast<int>(Field);
      return true;
    }
    return false;
  };
  [&]<std::size_t... Field>(std::index_sequence<Field...>) {
    static_cast<void>((look.template operator()<Field>() || ...));
  }(std::make_index_sequence<kFields>());
  return found;
}

// kNoField when the name isn't one of ours.
inline int find_field(std::string_view name) {
  static_assert(std::ranges::min(kNames, {}, &std::string_view::size).size() == 3);
  static_assert(std::ranges::max(kNames, {}, &std::string_view::size).size() == 13);
  switch (name.size()) {
    case 3: return find_field_of_length<3>(name.data());
    case 4: return find_field_of_length<4>(name.data());
    case 5: return find_field_of_length<5>(name.data());
    case 6: return find_field_of_length<6>(name.data());
    case 7: return find_field_of_length<7>(name.data());
    case 8: return find_field_of_length<8>(name.data());
    case 9: return find_field_of_length<9>(name.data());
    case 10: return find_field_of_length<10>(name.data());
    case 11: return find_field_of_length<11>(name.data());
    case 12: return find_field_of_length<12>(name.data());
    case 13: return find_field_of_length<13>(name.data());
    default: return kNoField;
  }
}

}  // namespace playhead::server::api
