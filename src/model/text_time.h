#pragma once

// Positions and times as people and players write them: "18:42", 1122.5, "2026-03-01T20:00:00Z", epoch
// milliseconds. Pure; any thread may call.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace playhead::model {

// The longest position or duration taken: 1,000 hours. The longest film there is, "Logistics" (2012), runs
// for 857 hours (51,420 minutes), so what is longer is a clock reading or a unit mistake and not a place in a
// programme.
inline constexpr std::int64_t kMaxMediaMs = 1000LL * 60 * 60 * 1000;

// Epoch milliseconds below this (March 1973) are taken for seconds: as seconds, they reach beyond the year
// 5000.
inline constexpr std::int64_t kLeastEpochMs = 100'000'000'000;

// 9999-12-31T23:59:59.999Z, the last time that RFC 3339 can write.
inline constexpr std::int64_t kMaxEpochMs = 253'402'300'799'999;

enum class TimeFault {
  kNotANumber,   // NaN or infinite
  kNegative,     // below zero
  kTooLong,      // beyond kMaxMediaMs
  kBadPosition,  // text that is no "18:42", "1:02:03" or "18:42.5"
  kBadTime,      // text that is no RFC 3339 time, or a day that doesn't exist
  kZoneless,     // an RFC 3339 time but for its zone
  kSeconds,      // a number that looks like epoch seconds
  kOutOfRange,   // before the epoch, or beyond kMaxEpochMs
};

// What was wrong and what is expected, to follow the name of a field: `"position" ` + explain(fault) is a
// sentence.
std::string_view explain(TimeFault fault);

template <class T>
using TimeResult = std::expected<T, TimeFault>;

// Media time in milliseconds, rounded to the nearest. Seconds, fractions allowed:
TimeResult<std::int64_t> media_ms(double seconds);
// "m:ss" with any number of minutes, or "h:mm:ss" with any number of hours; a fraction of the seconds may
// follow.
TimeResult<std::int64_t> media_ms(std::string_view text);

// Whole seconds, rounded down as players show them: "0:07", "18:42"; from one hour on "1:02:03". `ms` is not
// negative.
std::string position_text(std::int64_t ms);

// An RFC 3339 time in epoch milliseconds; digits beyond the millisecond are dropped. The zone is "Z" or
// "+hh:mm". A leap second (":60") is the last millisecond of its minute, since epoch time has no place for
// it.
TimeResult<std::int64_t> epoch_ms(std::string_view rfc3339);
// A number that is to be epoch milliseconds; a fraction is dropped.
TimeResult<std::int64_t> epoch_ms(double number);
TimeResult<std::int64_t> epoch_ms(std::int64_t number);

// RFC 3339 in UTC with milliseconds: "2026-03-01T20:00:00.000Z". Times outside the years 0 to 9999 are
// written as the nearest one inside.
void append_rfc3339(std::string& out, std::int64_t epoch_ms);
std::string rfc3339(std::int64_t epoch_ms);

}  // namespace playhead::model
