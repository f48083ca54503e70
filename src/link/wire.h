#pragma once

// A connected socket that speaks frames: handshake, each side's hello, then frames both ways, until it is lost.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "link/counters.h"
#include "link/frame.h"
#include "link/options.h"
#include "link/tls.h"

namespace playhead::link {

enum class Loss : std::uint8_t {
  kHandshake,         // the other side doesn't prove that it knows the secret, or ends the connection instead
  kHandshakeTimeout,  // it says nothing, or too slowly
  kVersion,           // it speaks none of our versions
  kProtocol,          // what it sends are no frames
  kSilent,            // nothing came for silence_timeout
  kLost,              // the socket's end or error
  kStuck,             // it takes nothing, and more waits than may
  kClosed,            // by our own wish
};

// What happens on a wire, on its loop's thread. The wire calls nothing after on_lost().
class WireEvents {
 public:
  // Handshake and hellos are done; frames may be sent.
  virtual void on_open() = 0;
  virtual void on_frame(Frame frame) = 0;
  // Once, unless the owner lets go first. `reason`: a few words from the system, or empty.
  virtual void on_lost(Loss loss, const std::string& reason) = 0;

 protected:
  ~WireEvents() = default;
};

// Tells who sent a frame that its bytes are on their way.
class SendNotice {
 public:
  virtual void sent(std::size_t payload_bytes) = 0;

 protected:
  ~SendNotice() = default;
};

// On the thread of the socket's loop only.
class Wire final : public std::enable_shared_from_this<Wire> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // `options` and `counters` must live until on_lost() or let_go().
  Wire(Socket socket, std::unique_ptr<Cipher> cipher, const LinkOptions& options, LinkCounters& counters,
       WireEvents& owner);

  void start();
  // False, and nothing is sent: more would wait than may. Control frames (everything without a payload of a handler)
  // have some room of their own; a peer for whom even that is full is given up.
  bool send(FrameType type, std::uint64_t id, std::uint32_t kind, std::string payload,
            std::shared_ptr<SendNotice> notice = {});
  void send_control(FrameType type, std::uint64_t id, std::string payload);
  // The largest payload that both sides take.
  std::size_t max_payload_bytes() const { return max_payload_bytes_; }
  const Hello& peer_hello() const { return peer_hello_; }

  // Ends the connection; the owner hears of it by on_lost().
  void close(Loss loss, const std::string& reason = {});
  // Ends the connection; the owner hears nothing any more.
  void let_go();

 private:
  enum class Stage : std::uint8_t { kHandshake, kHello, kOpen, kLeaving, kClosed };
  struct Queued {
    FrameHeader header;
    std::string payload;
    std::shared_ptr<SendNotice> notice;
    std::size_t done = 0;  // bytes of both
  };

  void receive();
  // What it means that the other side ends the connection now.
  Loss loss_at_end() const;
  void on_bytes(std::size_t count);
  void shake_hands(Cipher::Status status);
  bool take(Frame frame);
  void take_hello(const Frame& frame);
  void queue(FrameType type, std::uint64_t id, std::uint32_t kind, std::string payload,
             std::shared_ptr<SendNotice> notice);
  void flush_soon();
  void flush();
  void gather();
  void watch_silence();
  void end();

  Socket socket_;
  std::unique_ptr<Cipher> cipher_;
  const LinkOptions& options_;
  LinkCounters& counters_;
  WireEvents* owner_;
  boost::asio::steady_timer timer_;
  Stage stage_ = Stage::kHandshake;
  Hello peer_hello_;
  std::size_t max_payload_bytes_ = 0;
  std::chrono::steady_clock::time_point last_heard_;

  std::vector<char> received_;
  std::string plain_;
  FrameReader frames_;

  std::deque<Queued> queue_;
  std::size_t queued_bytes_ = 0;
  std::string gathered_;
  std::string sending_;
  bool flushing_ = false;  // a flush is posted
  bool writing_ = false;   // sending_ is the socket's
};

}  // namespace playhead::link
