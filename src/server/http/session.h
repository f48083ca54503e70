#pragma once

// One connection's HTTP, without I/O: bytes go in, bytes and decisions come out. It knows no socket and is
// told the time of what happens, so that tests, the fuzzer and the simulator drive the very code that serves
// players. Its owner does as protocol.h says; answers that come later (SessionContext::answer) are what it announces.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "server/http/message_reader.h"
#include "server/http/protocol.h"
#include "server/http/reply_queue.h"
#include "server/http/session_context.h"

namespace playhead::server {

// Belongs to the thread of its context.
class HttpSession final : public Protocol {
 public:
  // `peer` is the address that handlers see.
  HttpSession(SessionContext& context, ProtocolEvents& events, std::string_view peer, Monotonic now);
  ~HttpSession() override;
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  // `bytes` need not stay: what isn't a whole request yet is copied.
  void on_bytes(std::string_view bytes, Monotonic now) override;
  // What it has asked for is still answered.
  void on_end_of_input(Monotonic now) override;
  void on_sent(std::size_t size, Monotonic now) override;
  void on_deadline(Monotonic now) override;
  // Goes on with what was held back until answers came.
  void proceed(Monotonic now) override;

  // Answers with `problem` and closes; for a connection that has asked nothing yet.
  void turn_away(const Problem& problem, Monotonic now);
  // Closes once what has arrived is answered: at once when that is nothing.
  void drain(Monotonic now) override;

  std::string_view output() const override { return replies_.output(); }
  State state() const override { return state_; }
  bool wants_input() const override;
  Monotonic deadline() const override;
  Successor take_successor() override;

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
  void hand_over(std::uint32_t sequence, const AnswerParts& head, std::unique_ptr<Protocol> successor);
  bool has_room() const;
  void settle(Monotonic now);
  Monotonic input_deadline() const;
  void end_slow_input(Monotonic now);

  SessionContext& context_;
  ProtocolEvents& events_;
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
  std::unique_ptr<Protocol> successor_;
  std::string pending_;     // input that isn't a whole request yet, or must wait
  Monotonic phase_since_;   // when what the peer is doing now began: idling, sending a head, sending a body
  Monotonic output_since_;  // when the peer last took a byte, or the output began
};

}  // namespace playhead::server
