#pragma once

// One connection's HTTP, without I/O: bytes go in, bytes and decisions come out. It knows no socket and is
// told the time of what happens, so that tests, the fuzzer and the simulator drive the very code that serves
// players.
//
// After every call the owner, in this order:
//   1. sends output() and tells on_sent() how much the kernel took;
//   2. looks at state(): kLingering: shuts the sending side down once and keeps reading; kClosed: closes;
//   3. reads only while wants_input();
//   4. calls on_deadline() when deadline() has come.
// Answers that come later (SessionContext::answer) are announced by SessionEvents; then the owner calls
// proceed().

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "server/http/message_reader.h"
#include "server/http/reply_queue.h"
#include "server/http/session_context.h"

namespace playhead::server {

class SessionEvents {
 public:
  // A late answer was given: call proceed() soon, but not from in here. May come many times before that.
  virtual void answered_late() = 0;

 protected:
  ~SessionEvents() = default;
};

// Belongs to the thread of its context.
class HttpSession {
 public:
  enum class State : std::uint8_t {
    kOpen,
    // Everything is sent, and the peer may still be sending what nobody will look at.
    kLingering,
    kClosed,
  };

  // `peer` is the address that handlers see.
  HttpSession(SessionContext& context, SessionEvents& events, std::string_view peer, Monotonic now);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  // `bytes` need not stay: what isn't a whole request yet is copied.
  void on_bytes(std::string_view bytes, Monotonic now);
  // The peer will send no more. What it has asked for is still answered.
  void on_end_of_input(Monotonic now);
  // The first `size` bytes of output() are on their way.
  void on_sent(std::size_t size, Monotonic now);
  void on_deadline(Monotonic now);
  // Goes on with what was held back until answers came.
  void proceed(Monotonic now);

  // Answers with `problem` and closes; for a connection that has asked nothing yet.
  void turn_away(const Problem& problem, Monotonic now);
  // Closes once what has arrived is answered: at once when that is nothing.
  void drain(Monotonic now);

  // Valid until the next call.
  std::string_view output() const { return replies_.output(); }
  State state() const { return state_; }
  bool wants_input() const;
  // The earliest moment at which on_deadline() has something to do; max() for never. Moves with every call.
  Monotonic deadline() const;

 private:
  friend class SessionContext;

  // While it lives an answer is no news to the owner, who is waiting for the call to return.
  class Busy {
   public:
    explicit Busy(bool& busy) : busy_(busy), before_(std::exchange(busy, true)) {}
    ~Busy() { busy_ = before_; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    bool& busy_;
    bool before_;
  };

  void read_pending(Monotonic now);
  std::size_t read_requests(std::string_view input, Monotonic now);
  void handle(Monotonic now);
  void route(Reply reply);
  void call(const Handler& handler, const Request& request, Reply reply);
  void refuse(const Refusal& refusal, Monotonic now);
  void end_with(const Problem& problem, Monotonic now);
  std::uint32_t owe(std::string_view wanted_id, OwedReply& owed);
  ReplyToken token(std::uint32_t sequence) const;
  void answer(std::uint32_t sequence, const AnswerParts& parts);
  bool has_room() const;
  void settle(Monotonic now);
  Monotonic input_deadline() const;
  void end_slow_input(Monotonic now);

  SessionContext& context_;
  SessionEvents& events_;
  const std::string peer_;
  ReplyToken place_;
  MessageReader reader_;
  ReplyQueue replies_;
  State state_ = State::kOpen;
  bool busy_ = false;
  bool served_ = false;       // a whole request has come
  bool stalled_ = false;      // pending_ may hold whole requests that wait for room
  bool last_read_ = false;    // no further request is looked at
  bool must_linger_ = false;  // the peer may be sending still
  bool input_ended_ = false;
  bool output_waits_ = false;
  std::string pending_;     // input that isn't a whole request yet, or must wait
  Monotonic phase_since_;   // when what the peer is doing now began: idling, sending a head, sending a body
  Monotonic output_since_;  // when the peer last took a byte, or the output began
};

}  // namespace playhead::server
