#pragma once

// The HTTP server: N workers, each a thread with its own event loop, acceptor (SO_REUSEPORT) and connections,
// so that a connection lives on one thread and nothing on the way of a request is locked.
//
// The life of a request: Worker (epoll says readable; one recv) → HttpSession (sans-I/O; splits the bytes
// into requests, keeps replies in order, owns every limit and deadline) → parse_head (strict grammar) →
// Router → Handler → Reply, at once or later → HttpSession's output → one send for everything that is ready.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "server/http/options.h"
#include "server/http/reply.h"
#include "server/http/router.h"

namespace prometheus {
class Registry;
}

namespace playhead::server {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 1842;  // 0: any free one
  unsigned workers = 1;
  HttpOptions http;
  // Called on a worker's thread after each round of events, when every request that had arrived is handled:
  // the place to hand over in one go what the handlers have collected (for a commit, say). May answer
  // requests.
  std::function<void(unsigned worker)> after_round;
};

struct CompletedReply {
  ReplyToken token;
  Answer answer;
};

class Server {
 public:
  // `clock` and `registry` must outlive the server; metrics appear in `registry` under playhead_http_… .
  Server(ServerOptions options, Router router, const Clock& clock, prometheus::Registry& registry);
  // Stops at once if drain() was not called.
  ~Server();

  // Binds, listens and starts the workers. Throws StartupError when the address can't be bound.
  void start();
  // The port that is bound; valid after start().
  std::uint16_t port() const;

  // Stops accepting, closes idle connections, lets requests that have arrived be answered for at most
  // `at_most`, then closes what is left and joins the workers. Returns false if connections had to be cut.
  bool drain(std::chrono::milliseconds at_most);

  // The same answer for all of `tokens` (a commit batch): one hand-over per worker, and all answers of one
  // connection leave in one send. Any thread; cheap. Dropped when the server has stopped.
  void complete(std::span<const ReplyToken> tokens, const Answer& answer);
  // An answer for each.
  void complete(std::vector<CompletedReply> replies);

  // Runs `task` on that worker's thread (0 ≤ worker < ServerOptions::workers), where its Reply objects may be
  // used. Any thread. Dropped when the server has stopped.
  void post(unsigned worker, std::move_only_function<void()> task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace playhead::server
