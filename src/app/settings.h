#pragma once

// Each setting, once: its name, kind, bounds and meaning. Flags, environment variables, the TOML file, the help text
// and docs/configuration.md all come from this table.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "app/config.h"

namespace playhead::app {

enum class Kind { kCount, kPercent, kBytes, kDuration, kFlag, kChoice, kPath, kText, kAddress };

struct Setting {
  // As in the TOML file: "limits.body_bytes". The other names follow from it.
  std::string_view key;
  Kind kind;
  // Of counts, percents, bytes and durations (milliseconds); both inclusive.
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::span<const std::string_view> choices = {};
  std::string_view help;
  bool hidden = false;  // works, but is neither in the help nor in the docs
  // The value as a number: count, percent, bytes, milliseconds, 0 or 1, index of the choice.
  std::int64_t (*number)(const Config&) = nullptr;
  void (*set_number)(Config&, std::int64_t) = nullptr;
  // Instead of the two above, for paths and addresses; set_text is false for text that is neither.
  std::string (*text)(const Config&) = nullptr;
  bool (*set_text)(Config&, std::string_view) = nullptr;
};

std::span<const Setting> settings();

// Null when there is none of that key.
const Setting* find_setting(std::string_view key);

// "--limits-body-bytes" and "PLAYHEAD_LIMITS_BODY_BYTES" for "limits.body_bytes".
std::string flag_of(const Setting& setting);
std::string variable_of(const Setting& setting);

// "limits" of "limits.body_bytes", empty for a key without a dot.
std::string_view section_of(const Setting& setting);

// The value in `config`, as it could be given.
std::string value_of(const Setting& setting, const Config& config);

// Sets it from text. `source` begins the message of the UsageError: "--threads", "playhead.toml:3: threads".
void apply_setting(const Setting& setting, std::string_view text, std::string_view source, Config& config);

// "a whole number from 1 to 1024", "a duration such as 60s or 24h, from 1s to 1h", …
std::string expectation(const Setting& setting);

// `config` as a TOML file that would give the same. Hidden settings only where they differ from the default.
std::string to_toml(const Config& config);

// docs/configuration.md.
std::string settings_markdown();

}  // namespace playhead::app
