#pragma once

// One WebSocket without I/O (RFC 6455): frames in and out, pings, the closing handshake. What the messages mean is
// its application's matter.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/http/protocol.h"
#include "server/ws/frame.h"

namespace playhead::server::ws {

struct Options {
  // Of one message in all its frames; beyond it the socket is closed with 1009.
  std::size_t max_message_bytes = std::size_t{1} << 20;
  // Whoever has said nothing for this long is asked whether it is still there, and closed after `silence`. Shorter
  // than what routers and proxies forget an idle connection after, 30 to 60 s.
  std::chrono::milliseconds ping_every{20'000};
  std::chrono::milliseconds silence{60'000};
  // How long the peer's half of the closing handshake is waited for.
  std::chrono::milliseconds close_timeout{2'000};
  // The same while the server stops: a device that is gone must not keep the others from the next server for long.
  std::chrono::milliseconds drain_timeout{500};
  // While so much waits to be sent, the peer isn't read.
  std::size_t max_output_bytes = std::size_t{256} << 10;
};

// Close codes that more than one place gives.
inline constexpr std::uint16_t kGoingAway = 1001, kIdle = 4408;

class WebSocket;

// On the worker's thread throughout.
class Application {
 public:
  virtual ~Application() = default;
  virtual void on_open(WebSocket& socket, Monotonic now) = 0;
  // A whole text message; `readable_past_end` bytes behind it may be read, whatever they hold.
  virtual void on_message(std::string_view text, std::size_t readable_past_end, Monotonic now) = 0;
  // After WebSocket::announce(), and whenever the peer has taken all that was sent.
  virtual void on_room(Monotonic now) = 0;
  // False: the peer isn't read until on_room().
  virtual bool wants_messages() const = 0;
  // Whether it owes answers, which leave before the socket is closed because the server stops.
  virtual bool owes() const = 0;
  // The earliest moment for on_deadline(); max() for never.
  virtual Monotonic deadline() const = 0;
  virtual void on_deadline(Monotonic now) = 0;
};

class WebSocket final : public Protocol {
 public:
  // For Reply::hand_over() after handshake.h's accept().
  WebSocket(const Options& options, std::unique_ptr<Application> application);
  ~WebSocket() override;
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // For the application. What is sent after a close is dropped.
  void send_text(std::string_view text);
  // To write a message where it is sent from: append to what begin_text() gives, nothing else in between.
  std::string& begin_text();
  void end_text();
  void close(std::uint16_t code, std::string_view reason);
  bool closing() const { return closing_; }
  // Says that on_room() should be called soon.
  void announce();
  std::size_t backlog() const { return output_.size() - sent_; }

  void start(SessionContext& context, ProtocolEvents& events, Monotonic now) override;
  void on_bytes(std::string_view bytes, Monotonic now) override;
  void on_end_of_input(Monotonic now) override;
  void on_sent(std::size_t size, Monotonic now) override;
  void on_deadline(Monotonic now) override;
  void proceed(Monotonic now) override;
  void drain(Monotonic now) override;
  std::string_view output() const override { return std::string_view(output_).substr(sent_); }
  State state() const override { return state_; }
  bool wants_input() const override;
  Monotonic deadline() const override;

 private:
  bool reads() const { return state_ == State::kOpen && !peer_closed_ && !failed_; }
  bool may_read() const;
  Monotonic goodbye_deadline() const;
  std::size_t read_frames(std::string_view input, Monotonic now);
  void complete_pending(std::string_view& bytes, Monotonic now);
  void take_frame(const FrameHeader& header, std::string_view payload, Monotonic now);
  void take_data(const FrameHeader& header, std::string_view payload, Monotonic now);
  void take_close(std::string_view payload);
  void fail(std::uint16_t code, std::string_view reason);
  void put(Opcode opcode, std::string_view payload);
  void begin_output();
  void settle(Monotonic now);

  const Options& options_;
  const std::unique_ptr<Application> application_;
  SessionContext* context_ = nullptr;
  ProtocolEvents* events_ = nullptr;
  State state_ = State::kOpen;
  bool closing_ = false;      // our close frame is written
  bool peer_closed_ = false;  // the peer's has come
  bool failed_ = false;       // nothing that follows can be understood
  bool draining_ = false;     // to be closed once nothing is owed
  bool stalled_ = false;      // pending_ may hold whole frames
  bool in_message_ = false;   // a message's first frame has come, and not its last
  bool pinged_ = false;
  bool output_begins_ = false;  // since the last settle()
  std::string pending_;         // input that isn't a whole frame yet, or must wait
  std::string message_;         // of a message in several frames, what has come
  std::string output_;
  std::size_t sent_ = 0;
  std::size_t text_begin_ = 0;
  Monotonic now_;    // of the call that is running
  Monotonic heard_;  // when the peer last sent anything
  Monotonic closing_since_;
  Monotonic output_since_;  // when the peer last took a byte, or the output began
};

}  // namespace playhead::server::ws
