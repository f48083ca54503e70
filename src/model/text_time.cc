#include "model/text_time.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace playhead::model {
namespace {

using std::unexpected;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads along a text; every step says whether it found what it looked for.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return {};
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return {};
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  // All digits that follow: at least one, and no value above what kMaxMediaMs could need.
  std::optional<std::int64_t> number() {
    if (rest_.empty() || !is_digit(rest_.front())) return {};
    std::int64_t value = 0;
    while (!rest_.empty() && is_digit(rest_.front())) {
      value = std::min(value * 10 + (rest_.front() - '0'), kMaxMediaMs);
      rest_.remove_prefix(1);
    }
    return value;
  }

  // What follows a decimal point, any number of digits, in milliseconds and the digit after those.
  struct Fraction {
    int ms = 0;
    int next_digit = 0;
  };
  std::optional<Fraction> fraction() {
    Fraction out;
    int scale = 100;
    std::size_t count = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); ++count, scale /= 10) {
      const int digit = rest_.front() - '0';
      if (count < 3) out.ms += digit * scale;
      if (count == 3) out.next_digit = digit;
      rest_.remove_prefix(1);
    }
    return count > 0 ? std::optional(out) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

struct Zone {
  std::chrono::minutes offset{0};
};

TimeResult<Zone> read_zone(Scanner& in) {
  if (in.done()) return unexpected(TimeFault::kZoneless);
  if (in.take('Z') || in.take('z')) return Zone{};
  const bool plus = in.take('+');
  if (!plus && !in.take('-')) return unexpected(TimeFault::kBadTime);
  const auto hours = in.digits(2);
  if (!hours || *hours > 23 || !in.take(':')) return unexpected(TimeFault::kBadTime);
  const auto minutes = in.digits(2);
  if (!minutes || *minutes > 59) return unexpected(TimeFault::kBadTime);
  const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return Zone{plus ? offset : -offset};
}

std::optional<std::chrono::sys_days> read_date(Scanner& in) {
  const auto year = in.digits(4);
  if (!year || !in.take('-')) return {};
  const auto month = in.digits(2);
  if (!month || !in.take('-')) return {};
  const auto day = in.digits(2);
  if (!day) return {};
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date);
}

std::optional<std::chrono::milliseconds> read_time_of_day(Scanner& in) {
  const auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.take(':')) return {};
  const auto minute = in.digits(2);
  if (!minute || *minute > 59 || !in.take(':')) return {};
  const auto second = in.digits(2);
  if (!second || *second > 60) return {};
  std::chrono::milliseconds fraction{0};
  if (in.take('.')) {
    const auto read = in.fraction();
    if (!read) return {};
    fraction = std::chrono::milliseconds(read->ms);
  }
  const auto minutes = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (*second == 60) return minutes + std::chrono::milliseconds(59'999);
  return minutes + std::chrono::seconds(*second) + fraction;
}

void put_padded(std::string& out, std::int64_t value, int width) {
  char digits[20];
  for (int i = width; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

}  // namespace

std::string_view explain(TimeFault fault) {
  switch (fault) {
    case TimeFault::kNotANumber: return "is not a finite number; expected seconds.";
    case TimeFault::kNegative: return "is negative; expected seconds from the beginning.";
    case TimeFault::kTooLong: return "is more than 1,000 hours; expected seconds, not milliseconds or a time of day.";
    case TimeFault::kBadPosition:
      return "is not a position; expected seconds as a number, or text such as \"18:42\", \"1:02:03\" or "
             "\"18:42.5\".";
    case TimeFault::kBadTime:
      return "is not a time; expected RFC 3339 with a zone, such as \"2026-03-01T20:00:00Z\", or epoch "
             "milliseconds.";
    case TimeFault::kZoneless: return "has no zone; expected \"Z\" or an offset such as \"+01:00\" at its end.";
    case TimeFault::kSeconds: return "looks like epoch seconds; expected epoch milliseconds.";
    case TimeFault::kOutOfRange: return "is not between the years 1970 and 9999; expected epoch milliseconds.";
  }
  return "is not valid.";
}

TimeResult<std::int64_t> media_ms(double seconds) {
  if (!std::isfinite(seconds)) return unexpected(TimeFault::kNotANumber);
  if (seconds < 0) return unexpected(TimeFault::kNegative);
  if (seconds > static_cast<double>(kMaxMediaMs) / 1000) return unexpected(TimeFault::kTooLong);
  return std::llround(seconds * 1000);
}

TimeResult<std::int64_t> media_ms(std::string_view text) {
  if (text.starts_with('-') && media_ms(text.substr(1))) return unexpected(TimeFault::kNegative);
  Scanner in(text);
  const auto first = in.number();
  if (!first || !in.take(':')) return unexpected(TimeFault::kBadPosition);
  const auto second = in.digits(2);
  if (!second || *second > 59) return unexpected(TimeFault::kBadPosition);
  std::int64_t seconds = *first * 60 + *second;
  if (in.take(':')) {
    const auto third = in.digits(2);
    if (!third || *third > 59) return unexpected(TimeFault::kBadPosition);
    seconds = seconds * 60 + *third;
  }
  Scanner::Fraction fraction;
  if (in.take('.')) {
    const auto read = in.fraction();
    if (!read) return unexpected(TimeFault::kBadPosition);
    fraction = *read;
  }
  if (!in.done()) return unexpected(TimeFault::kBadPosition);
  const auto ms = seconds * 1000 + fraction.ms + (fraction.next_digit >= 5 ? 1 : 0);
  if (ms > kMaxMediaMs) return unexpected(TimeFault::kTooLong);
  return ms;
}

std::string position_text(std::int64_t ms) {
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(ms)));
  std::string out;
  if (time.hours().count() > 0) {
    out.append(std::to_string(time.hours().count())).push_back(':');
    put_padded(out, time.minutes().count(), 2);
  } else {
    out.append(std::to_string(time.minutes().count()));
  }
  out.push_back(':');
  put_padded(out, time.seconds().count(), 2);
  return out;
}

TimeResult<std::int64_t> epoch_ms(std::string_view rfc3339) {
  Scanner in(rfc3339);
  const auto date = read_date(in);
  if (!date || !(in.take('T') || in.take('t'))) return unexpected(TimeFault::kBadTime);
  const auto time_of_day = read_time_of_day(in);
  if (!time_of_day) return unexpected(TimeFault::kBadTime);
  const auto zone = read_zone(in);
  if (!zone) return unexpected(zone.error());
  if (!in.done()) return unexpected(TimeFault::kBadTime);
  const auto time = (*date + *time_of_day - zone->offset).time_since_epoch().count();
  if (time < 0 || time > kMaxEpochMs) return unexpected(TimeFault::kOutOfRange);
  return time;
}

TimeResult<std::int64_t> epoch_ms(double number) {
  if (!(number >= 0 && number <= static_cast<double>(kMaxEpochMs))) return unexpected(TimeFault::kOutOfRange);
  return epoch_ms(static_cast<std::int64_t>(number));
}

TimeResult<std::int64_t> epoch_ms(std::int64_t number) {
  if (number < 0 || number > kMaxEpochMs) return unexpected(TimeFault::kOutOfRange);
  if (number < kLeastEpochMs) return unexpected(TimeFault::kSeconds);
  return number;
}

void append_rfc3339(std::string& out, std::int64_t epoch_ms) {
  using namespace std::chrono;
  constexpr std::int64_t kLeast = -62'167'219'200'000;  // 0000-01-01T00:00:00Z
  const sys_time<milliseconds> time{milliseconds(std::clamp(epoch_ms, kLeast, kMaxEpochMs))};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  put_padded(out, static_cast<int>(date.year()), 4);
  out.push_back('-');
  put_padded(out, static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  put_padded(out, static_cast<unsigned>(date.day()), 2);
  out.push_back('T');
  put_padded(out, clock.hours().count(), 2);
  out.push_back(':');
  put_padded(out, clock.minutes().count(), 2);
  out.push_back(':');
  put_padded(out, clock.seconds().count(), 2);
  out.push_back('.');
  put_padded(out, clock.subseconds().count(), 3);
  out.push_back('Z');
}

std::string rfc3339(std::int64_t epoch_ms) {
  std::string out;
  append_rfc3339(out, epoch_ms);
  return out;
}

}  // namespace playhead::model
