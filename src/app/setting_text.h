#pragma once

// How single values are written on a command line, in the environment and in a config file. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"

namespace playhead::app {

// Digits only.
std::optional<std::int64_t> parse_count(std::string_view text);

// "4096", "16KiB", "64MiB", "1GiB", "2TiB".
std::optional<std::int64_t> parse_bytes(std::string_view text);
std::string format_bytes(std::int64_t bytes);

// "10ms", "60s", "5min", "24h" in milliseconds. A number alone is refused: its unit would be a guess.
std::optional<std::int64_t> parse_duration(std::string_view text);
std::string format_duration(std::int64_t ms);

// "true" or "false".
std::optional<bool> parse_flag(std::string_view text);

// "127.0.0.1:1842", "[::1]:1842" or "localhost:1842", which is 127.0.0.1. Other names are refused: what they stand
// for can change after the check that keeps the server on loopback.
std::optional<Address> parse_address(std::string_view text);
std::string format_address(const Address& address);

// `text` in quotes, on one line and no longer than a line, to be shown in a message.
std::string shown(std::string_view text);

}  // namespace playhead::app
