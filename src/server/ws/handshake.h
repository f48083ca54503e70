#pragma once

// The HTTP request that opens a WebSocket (RFC 6455, section 4.2).

#include <expected>
#include <string>
#include <string_view>

#include "server/http/request.h"
#include "server/http/response.h"

namespace playhead::server::ws {

// The 101 that answers it, for Reply::hand_over(); `protocol` is the subprotocol, which is among those that the
// client offers, if it offers any. A problem with code not-a-websocket (426, when it is an ordinary request),
// bad-handshake or unknown-subprotocol (400).
std::expected<Response, Response> accept(const Request& request, std::string_view protocol);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_key(std::string_view key);

// Whether a header's comma-separated list holds this word, whatever its case.
bool lists(std::string_view value, std::string_view word);

}  // namespace playhead::server::ws
