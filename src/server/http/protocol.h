#pragma once

// What is spoken on a connection, without I/O: bytes go in, bytes and decisions come out. A connection begins with
// HTTP and may go on with something else: HTTP hands it over to a successor.
//
// After every call the owner, in this order:
//   1. sends output() and tells on_sent() how much the kernel took;
//   2. looks at state(): kLingering: shuts the sending side down once and keeps reading; kClosed: closes;
//   kHandedOver:
//      goes on with take_successor();
//   3. reads only while wants_input();
//   4. calls on_deadline() when deadline() has come.
// What comes to be said between calls is announced by ProtocolEvents; then the owner calls proceed().

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace playhead::server {

class SessionContext;

class ProtocolEvents {
 public:
  // Something is to be said: call proceed() soon, but not from in here. May come many times before that.
  virtual void answered_late() = 0;

 protected:
  ~ProtocolEvents() = default;
};

// Belongs to its worker's thread.
class Protocol {
 public:
  enum class State : std::uint8_t {
    kOpen,
    // Everything is sent, and the peer may still be sending what nobody will look at.
    kLingering,
    kClosed,
    // Everything is sent, and another protocol goes on.
    kHandedOver,
  };

  struct Successor {
    std::unique_ptr<Protocol> protocol;
    std::string unread;  // what the peer has sent to it already
  };

  virtual ~Protocol() = default;

  // The first call to a successor. Both outlive it.
  virtual void start(SessionContext& /*context*/, ProtocolEvents& /*events*/, Monotonic /*now*/) {}
  // `bytes` need not stay.
  virtual void on_bytes(std::string_view bytes, Monotonic now) = 0;
  // The peer will send no more.
  virtual void on_end_of_input(Monotonic now) = 0;
  // The first `size` bytes of output() are on their way.
  virtual void on_sent(std::size_t size, Monotonic now) = 0;
  virtual void on_deadline(Monotonic now) = 0;
  virtual void proceed(Monotonic now) = 0;
  // Ends in order, soon: the server stops.
  virtual void drain(Monotonic now) = 0;

  // Valid until the next call.
  virtual std::string_view output() const = 0;
  virtual State state() const = 0;
  virtual bool wants_input() const = 0;
  // The earliest moment at which on_deadline() has something to do; max() for never. Moves with every call.
  virtual Monotonic deadline() const = 0;
  // Once, in kHandedOver.
  virtual Successor take_successor() { return {}; }
};

}  // namespace playhead::server
