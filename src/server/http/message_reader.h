#pragma once

// Cuts a stream of bytes into requests: where each ends, what its head says, its body without transfer
// coding.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "server/http/chunked.h"
#include "server/http/head.h"

namespace playhead::server {

class MessageReader {
 public:
  enum class Status : std::uint8_t { kNeedMore, kMessage, kRefused };
  enum class Phase : std::uint8_t { kIdle, kHead, kBody };

  explicit MessageReader(const HttpOptions& options) : options_(options) {}

  // `input` begins with the first byte after the message before, and with each call with the same bytes as
  // before, wherever they lie now. With kMessage `head` and body() are views into `input` (or into this
  // object).
  Status read(std::string_view input, Head& head);

  // After kMessage: the body, and how many bytes of the input the whole message takes.
  std::string_view body() const { return body_; }
  std::size_t size() const { return size_; }
  // After kRefused. Nothing that follows in the input can be trusted.
  const Refusal& refusal() const { return refusal_; }
  // What part of a message has come but is not complete.
  Phase phase() const { return phase_; }
  // The peer waits for "100 Continue" before it sends the body.
  bool awaits_continue() const { return awaits_continue_; }
  void continue_sent() { awaits_continue_ = false; }

  // Makes ready for the next message.
  void reset();

 private:
  Status read_head(std::string_view input, Head& head);
  Status read_chunked(std::string_view input, Head& head, bool head_is_fresh);
  void reparse_head(std::string_view input, Head& head) const;
  Status refuse(const Refusal& why);

  const HttpOptions& options_;
  HeadScanner scanner_;
  Phase phase_ = Phase::kIdle;
  bool awaits_continue_ = false;
  std::uint8_t empty_lead_ = 0;
  std::size_t head_end_ = 0;
  std::size_t size_ = 0;
  std::string_view body_;
  // Only while a chunked body is coming.
  std::unique_ptr<ChunkedDecoder> chunked_;
  Refusal refusal_;
};

}  // namespace playhead::server
