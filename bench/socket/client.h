#pragma once

// A player's or gateway's side of /v1/socket. Not for several threads at once.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/ws/frame.h"

namespace playhead::bench {

// A client's frame, masked as RFC 6455 wants it.
std::string masked(std::string_view text, server::ws::Opcode opcode = server::ws::Opcode::kText);

// Descriptors for this many connections; as many as the system gives.
void allow_descriptors(unsigned connections);

// What every message that has one says: "position":1122 gives 1122.
std::optional<std::uint64_t> number_after(std::string_view message, std::string_view name);

class Client {
 public:
  enum class State : std::uint8_t { kClosed, kConnecting, kUpgrading, kOpen };

  // From 127.0.0.1 + `from`: one address has 28,000 ports. Nothing is connected yet.
  Client(int port, unsigned from) : port_(port), from_(from) {}
  Client(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client& operator=(Client&&) = delete;
  ~Client() { close(); }

  // Connects, says hello and waits for the welcome. Throws std::runtime_error, as all that wait do.
  void open();
  // Begins to; progress() goes on whenever the descriptor is ready. False when it was refused at once.
  bool begin_open();
  // False when the connection is lost or refused.
  bool progress();
  // Once the server has closed it, with this code; 0 where it gave none. Its close frame is answered by take().
  std::optional<unsigned> closed_with() const { return closed_with_; }
  void close();

  State state() const { return state_; }
  int descriptor() const { return socket_; }
  bool write(std::string_view bytes);
  void send(std::string_view text) {
    if (!write(masked(text))) fail();
  }
  // The next message; waits for it.
  std::string next();
  // The next of those that have come, without waiting. Pings are answered.
  bool take(std::string& message);
  // Reads what is there; waits for something when the connection was opened by open(). False at its end.
  bool read();

 private:
  [[noreturn]] static void fail();
  bool make_socket(bool blocking);

  const int port_;
  const unsigned from_;
  int socket_ = -1;
  State state_ = State::kClosed;
  std::optional<unsigned> closed_with_;
  std::string received_;
};

}  // namespace playhead::bench
