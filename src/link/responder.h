#pragma once

// How a handler answers: once, or as a stream of items with an end.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace playhead::link {

class Exchange;

enum class Push : std::uint8_t {
  kTaken,  // on its way
  kFull,   // left out: the stream has max_stream_bytes waiting. on_ready() says when to go on
  kGone,   // left out: nobody listens any more
};

// Answers one request. Any thread, one at a time; may outlive connection and server (then it answers nobody). A
// responder that goes without an answer sends the error "no-answer". It holds one of the connection's max_in_flight
// places until it has answered or said that it lasts, even when the caller has gone: so
// work for callers that come and go stays bounded.
class Responder {
 public:
  explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  Responder(Responder&&) = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  // One of these, once; more are ignored. An answer that is larger than both sides take becomes the error
  // "frame-too-large", one for which there is no room "peer-busy".
  void answer(std::string payload);
  // Reaches the caller with its code and sentence.
  void fail(const Error& error);
  // For a kind that the handler doesn't know, such as a newer node's: the error "unknown-kind".
  void fail_unknown_kind();
  // Ends a stream well.
  void finish() { answer({}); }

  // It is a stream that lasts: it gives its place among the connection's max_in_flight back and takes one of its
  // max_streams, or fails with "peer-busy" when there is none. At most once.
  void lasts();
  // A stream's next item. One item is taken however large it is, when nothing else waits.
  Push push(std::string item);
  // On the link's thread, after each kFull, when half of the room is there again. Set it before the first push.
  void on_ready(std::move_only_function<void()> ready);
  // On the link's thread, once, when the caller cancels, times out or is lost, at once if that was before.
  void on_cancel(std::move_only_function<void()> cancel);
  bool cancelled() const;

 private:
  std::shared_ptr<Exchange> exchange_;  // null: has answered
};

}  // namespace playhead::link
