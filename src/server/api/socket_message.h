#pragma once

// A message of a client on /v1/socket: JSON in, one of a few requests out.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/update.h"
#include "server/api/progress_json.h"

namespace playhead::server::api {

// What the client calls its message: any string or integer, which comes back with the answer as it was sent.
struct MessageRef {
  enum class Kind : std::uint8_t { kNone, kInteger, kString };
  Kind kind = Kind::kNone;
  std::string text;  // at most kMaxRefBytes
};
inline constexpr std::size_t kMaxRefBytes = 64;

enum class MessageType : std::uint8_t { kHello, kToken, kProgress, kSubscribe, kUnsubscribe };

struct SocketMessage {
  MessageType type = MessageType::kHello;
  std::string_view token;                     // of kHello and kToken; empty when absent
  model::IdView user;                         // of kSubscribe and kUnsubscribe
  const ProgressRequest* progress = nullptr;  // of kProgress
};

// Keeps its buffers from one message to the next; used by one thread at a time.
class MessageParser {
 public:
  explicit MessageParser(const ProgressLimits& limits);
  ~MessageParser();

  // Fails with codes of progress_json.h, and: missing-type, unknown-type, invalid-ref, invalid-token, missing-user,
  // invalid-id, id-too-large. `ref` gets the message's, as far as it could be read, before anything else can fail.
  // What comes back is borrowed from this parser until the next call. `readable_past_end` as ProgressParser::parse.
  Result<SocketMessage> parse(std::string_view text, std::size_t readable_past_end, MessageRef& ref);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace playhead::server::api
