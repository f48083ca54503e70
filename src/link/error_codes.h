#pragma once

// Codes of errors that come from another node. Error::code points to text that stays; a peer's is kept here for good.

#include <string_view>

namespace playhead::link {

// The same text, kept; "peer-failed" when it is no kebab-case word of up to 64 characters, or when 256 different ones
// are kept already, which no honest release has. Any thread.
std::string_view kept_code(std::string_view code);

}  // namespace playhead::link
