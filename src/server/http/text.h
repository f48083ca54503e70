#pragma once

// Checks of text that came from outside, and percent-decoding.

#include <string>
#include <string_view>

namespace playhead::server {

// True for valid UTF-8 (no surrogates, no overlong forms) without control characters (C0, DEL, C1).
bool is_clean_text(std::string_view text);

// Length of the valid UTF-8 sequence that `text` begins with, 1 to 4; 0 when it begins with none.
std::size_t utf8_sequence_length(std::string_view text);

// Appends `text` decoded; false for a '%' without two hex digits. Never appends more bytes than `text` has.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

// Value of a hex digit, or -1.
int hex_value(char digit);

}  // namespace playhead::server
