#include "server/ws/handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace playhead::server::ws {
namespace {

// RFC 6455, 1.3: what says that the answer comes from someone who knows WebSocket.
constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
// Sixteen bytes in base64.
constexpr std::size_t kKeySize = 24;

std::unexpected<Response> refuse(const Request& request, unsigned status, std::string_view code, std::string detail) {
  auto response = problem_response({status, {code, std::move(detail)}}, request.request_id);
  if (status == 426) response.header("Upgrade", "websocket").header("Connection", "Upgrade");
  return std::unexpected(std::move(response));
}

bool any_header_lists(const Request& request, std::string_view name, std::string_view word) {
  for (const auto& line : request.headers) {
    if (equal_ignoring_case(line.name, name) && lists(line.value, word)) return true;
  }
  return false;
}

}  // namespace

std::string accept_key(std::string_view key) {
  const std::string text = std::string(key).append(kGuid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> encoded;
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    auto item = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), item.size() + 1));
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (equal_ignoring_case(item, word)) return true;
  }
  return false;
}

std::expected<Response, Response> accept(const Request& request, std::string_view protocol) {
  if (!any_header_lists(request, "Upgrade", "websocket") || !any_header_lists(request, "Connection", "upgrade")) {
    return refuse(request, 426, "not-a-websocket", "This address speaks WebSocket: connect to it with a WebSocket.");
  }
  if (request.header("Sec-WebSocket-Version").value_or("") != "13") {
    return refuse(request, 400, "bad-handshake", "Sec-WebSocket-Version has to be 13.");
  }
  const auto key = request.header("Sec-WebSocket-Key").value_or("");
  if (key.size() != kKeySize || !key.ends_with("==")) {
    return refuse(request, 400, "bad-handshake", "Sec-WebSocket-Key has to be 16 bytes in base64.");
  }
  // Who offers none, such as a command-line client, is taken at its word.
  const bool offers = request.header("Sec-WebSocket-Protocol").has_value();
  if (offers && !any_header_lists(request, "Sec-WebSocket-Protocol", protocol)) {
    return refuse(request, 400, "unknown-subprotocol",
                  "Offer the subprotocol " + std::string(protocol) + " (Sec-WebSocket-Protocol).");
  }
  auto response = empty_response(101);
  response.header("Upgrade", "websocket").header("Connection", "Upgrade");
  response.header("Sec-WebSocket-Accept", accept_key(key));
  if (offers) response.header("Sec-WebSocket-Protocol", protocol);
  return response;
}

}  // namespace playhead::server::ws
