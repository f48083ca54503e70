#pragma once

// A socket and what is spoken on it, HTTP first: receives, sends, and does what the protocol decides.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "server/http/deadline_wheel.h"
#include "server/http/poller.h"
#include "server/http/protocol.h"
#include "server/http/response.h"
#include "server/http/session_context.h"

namespace playhead::server {

class Connection;

// What connections need of the worker that they live on.
class ConnectionHost {
 public:
  // Destroys the connection.
  virtual void forget(Connection& connection) = 0;

  SessionContext& context;
  Poller& poller;
  DeadlineWheel& wheel;
  // Received bytes lie here until the session has looked at them: an idle connection needs no buffer.
  std::span<char> read_buffer;
  // The time at which this round of events began.
  Monotonic now;
  // Have late answers; each is here once.
  std::vector<Connection*> answered_late;

 protected:
  ConnectionHost(SessionContext& its_context, Poller& its_poller, DeadlineWheel& its_wheel, Monotonic start)
      : context(its_context), poller(its_poller), wheel(its_wheel), now(start) {}
  ~ConnectionHost() = default;
};

// Every call may end in ConnectionHost::forget, after which the object is gone.
class Connection final : public Poller::Watched, public DeadlineWheel::Entry, private ProtocolEvents {
 public:
  // Owns `socket`, which is connected and doesn't block. Call start() next.
  Connection(ConnectionHost& host, int socket, std::string_view peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  // Answers with `problem` and closes.
  void turn_away(const Problem& problem);
  void on_events(std::uint32_t events) override;
  void on_due();
  void on_late_answers();
  void drain();

  // Where the host keeps it.
  std::size_t place = 0;

 private:
  void answered_late() override;
  // False: the connection is gone.
  bool receive();
  bool send();
  // Sends what there is and does what the protocol wants next.
  void carry_out();
  void go_on_with_successor();

  ConnectionHost& host_;
  const int socket_;
  std::unique_ptr<Protocol> protocol_;
  std::uint32_t interest_ = 0;
  bool watched_ = false;
  bool shut_down_ = false;
  bool has_late_answers_ = false;
};

}  // namespace playhead::server
