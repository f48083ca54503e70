#pragma once

// The fields of a log record by their numbers in docs/record.proto, and its versions; for record.cc and
// record_reader.cc alone.

#include <cstddef>
#include <cstdint>
#include <protozero/types.hpp>

namespace playhead::model {

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
  kMadeUpPosition = 99,  // only in the made-up version below
};

inline constexpr std::size_t kMostFields = 21;

inline constexpr std::uint32_t kUserInteger = 1, kShowInteger = 2, kEpisodeInteger = 4, kNextInteger = 8;

// What this program reads, and writes unless told to write an older one. A version is for what an older reader would
// get wrong; what it may skip is just another field.
#ifdef PLAYHEAD_MADE_UP_RECORD_VERSION
// The build that tests upgrades with: its version keeps the position in another field, where older readers miss it.
inline constexpr std::uint32_t kNewestVersion = 2;
inline constexpr std::uint32_t kMadeUpVersion = 2;
#else
inline constexpr std::uint32_t kNewestVersion = 1;
inline constexpr std::uint32_t kMadeUpVersion = ~std::uint32_t{0};
#endif

}  // namespace playhead::model
