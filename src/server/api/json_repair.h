#pragma once

// Two things are well-formed JSON and yet can't be held by the parser, which then gives up the whole
// document: a number that no 64-bit integer or double holds, and an escape for half a surrogate pair (what is
// left of an emoji that was cut in two). One update of a batch must not take the others with it, so such a
// body is read again with stand-ins that every field of ours refuses. Pure; any thread may call.

#include <string>
#include <string_view>

namespace playhead::server::api {

// `json` with each such number replaced by one that is out of range for every field, and each such escape by
// that of a control character. Everything else stays as it is, and so does the length. `json` need not be
// well-formed.
std::string replace_what_cannot_be_held(std::string_view json);

}  // namespace playhead::server::api
