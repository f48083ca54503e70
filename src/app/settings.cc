#include "app/settings.h"

#include <algorithm>
#include <cctype>

#include "app/setting_text.h"

namespace playhead::app {
namespace {

std::optional<std::int64_t> parse_number(const Setting& setting, std::string_view text) {
  switch (setting.kind) {
    case Kind::kCount:
    case Kind::kPercent: return parse_count(text);
    case Kind::kBytes: return parse_bytes(text);
    case Kind::kDuration: return parse_duration(text);
    case Kind::kFlag: return parse_flag(text);
    case Kind::kChoice: {
      const auto found = std::ranges::find(setting.choices, text);
      if (found == setting.choices.end()) return {};
      return found - setting.choices.begin();
    }
    case Kind::kPath:
    case Kind::kText:
    case Kind::kAddress: break;
  }
  return {};
}

std::string format_number(const Setting& setting, std::int64_t value) {
  switch (setting.kind) {
    case Kind::kBytes: return format_bytes(value);
    case Kind::kDuration: return format_duration(value);
    case Kind::kFlag: return value != 0 ? "true" : "false";
    case Kind::kChoice: return std::string(setting.choices[static_cast<std::size_t>(value)]);
    default: return std::to_string(value);
  }
}

bool bounded(const Setting& setting) { return setting.max > setting.min && setting.kind != Kind::kFlag; }

std::string bounds_of(const Setting& setting) {
  return format_number(setting, setting.min) + " to " + format_number(setting, setting.max);
}

}  // namespace

const Setting* find_setting(std::string_view key) {
  const auto all = settings();
  const auto found = std::ranges::find(all, key, &Setting::key);
  return found == all.end() ? nullptr : &*found;
}

std::string flag_of(const Setting& setting) {
  auto out = "--" + std::string(setting.key);
  std::ranges::replace_if(out, [](char c) { return c == '.' || c == '_'; }, '-');
  return out;
}

std::string variable_of(const Setting& setting) {
  std::string out = "PLAYHEAD_";
  for (const char c : setting.key) {
    out.push_back(c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return out;
}

std::string_view section_of(const Setting& setting) {
  const auto dot = setting.key.find('.');
  return dot == setting.key.npos ? std::string_view() : setting.key.substr(0, dot);
}

std::string value_of(const Setting& setting, const Config& config) {
  return setting.text != nullptr ? setting.text(config) : format_number(setting, setting.number(config));
}

std::string expectation(const Setting& setting) {
  switch (setting.kind) {
    case Kind::kCount: return "a whole number from " + bounds_of(setting);
    case Kind::kPercent: return "a percentage from " + bounds_of(setting);
    case Kind::kBytes: return "a size such as 4096 or 64MiB, from " + bounds_of(setting);
    case Kind::kDuration: return "a duration such as 10ms, 60s, 5min or 24h, from " + bounds_of(setting);
    case Kind::kFlag: return "true or false";
    case Kind::kChoice: {
      std::string out = "one of";
      for (const auto choice : setting.choices) {
        out.append(choice == setting.choices.front() ? " " : ", ").append(choice);
      }
      return out;
    }
    case Kind::kPath: return "a path";
    case Kind::kText: return "a text without spaces or control characters, up to 1024 bytes";
    case Kind::kAddress: return "an IP address and a port, such as 127.0.0.1:1842 or [::1]:1842";
  }
  return {};
}

void apply_setting(const Setting& setting, std::string_view text, std::string_view source, Config& config) {
  const auto refuse = [&] {
    throw UsageError(std::string(source) + ": " + shown(text) + " won't do; expected " + expectation(setting) + ".");
  };
  if (setting.set_text != nullptr) {
    if (!setting.set_text(config, text)) refuse();
    return;
  }
  const auto number = parse_number(setting, text);
  if (!number || (bounded(setting) && (*number < setting.min || *number > setting.max))) return refuse();
  setting.set_number(config, *number);
}

std::string to_toml(const Config& config) {
  std::string out;
  std::string_view section;
  for (const auto& setting : settings()) {
    const auto value = value_of(setting, config);
    if (value.empty() || (setting.hidden && value == value_of(setting, Config{}))) continue;
    if (section_of(setting) != section) {
      section = section_of(setting);
      out.append(out.empty() ? "[" : "\n[").append(section).append("]\n");
    }
    out.append(setting.key.substr(section.empty() ? 0 : section.size() + 1)).append(" = ");
    const bool bare = setting.kind == Kind::kCount || setting.kind == Kind::kPercent || setting.kind == Kind::kFlag;
    if (bare) {
      out.append(value).append("\n");
      continue;
    }
    out.push_back('"');
    for (const char c : value) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    out.append("\"\n");
  }
  return out;
}

std::string settings_markdown() {
  std::string out = R"(# Configuration

Made by `playhead config --markdown` from the program's own table; a test holds this file to it.

A setting is taken from the command line, else from the environment, else from the TOML file that `--config` or
`PLAYHEAD_CONFIG` names, else it has its default. A mistake in any of them (an unknown key, a value out of bounds, a
file that can't be read) is one line on standard error and exit status 2. Variables that begin with `PLAYHEAD_` and are
not listed here are left alone, since orchestrators set some of their own.

Sizes are bytes, or carry a unit: `16KiB`, `64MiB`, `1GiB`. Durations always carry one: `10ms`, `60s`, `5min`, `24h`.
`playhead config` takes the same flags as `playhead serve` and prints what they, the environment and the file come to.

```toml
listen = "127.0.0.1:1842"
data = "/var/lib/playhead"

[limits]
body_bytes = "1MiB"
```
)";
  const Config defaults;
  std::string_view section = "none";
  for (const auto& setting : settings()) {
    if (setting.hidden) continue;
    if (section_of(setting) != section) {
      section = section_of(setting);
      out.append("\n## ").append(section.empty() ? "General" : section);
      out.append("\n\n| in the file | flag, variable | default | bounds | meaning |\n|---|---|---|---|---|\n");
    }
    const auto value = value_of(setting, defaults);
    out.append("| `").append(setting.key).append("` | `").append(flag_of(setting)).append("`<br>`");
    out.append(variable_of(setting)).append("` | ").append(value.empty() ? "" : "`" + value + "`").append(" | ");
    if (setting.kind == Kind::kChoice || setting.kind == Kind::kFlag) {
      out.append(expectation(setting));
    } else if (bounded(setting)) {
      out.append(bounds_of(setting));
    }
    out.append(" | ").append(setting.help).append(" |\n");
  }
  return out;
}

}  // namespace playhead::app
