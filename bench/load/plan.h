#pragma once

// What a run is to do, decided before the first byte is sent. A run has one or two streams (updates, reads), each
// with its own connections, pace and figures.

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "load/sequence.h"

namespace playhead::load {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;  // of what is used of the address
  std::string host;    // for the Host header
};

// "127.0.0.1:1842", "localhost:1842", "[::1]:1842", with or without http:// in front. Anything but loopback is
// error "remote-target" unless `allow_remote`: a load generator aimed at the wrong host is an attack.
Result<Endpoint> resolve(std::string_view target, bool allow_remote);

struct StreamPlan {
  std::string name;
  std::string request;      // pattern text, see pattern.h
  std::size_t updates = 1;  // per request; 0 for reads
  Sequence::Order order = Sequence::Order::kRounds;
  Viewers viewers;
  unsigned connections = 1;
  // Closed loop: this many unanswered requests a connection.
  unsigned pipeline = 1;
  // Open loop: requests a second, whatever the server does. 0 is closed loop: the next when one was answered.
  double rate = 0;
  std::uint64_t limit = 0;  // requests, then the stream ends; 0: no limit
  int status = 0;           // what counts as success; 0: any 2xx
  std::string expect;       // must occur in the answer's body
};

struct RunPlan {
  Endpoint target;
  std::vector<StreamPlan> streams;
  unsigned threads = 1;
  std::chrono::duration<double> warmup{0};    // before what is reported
  std::chrono::duration<double> duration{0};  // of what is reported
  int server_pid = 0;                         // whose CPU and memory to report; 0: none
  bool progress = true;
};

// The share of thread `index` of `threads`: its own users, connections and part of the rate and limit.
StreamPlan share_of(const StreamPlan& whole, unsigned index, unsigned threads);

}  // namespace playhead::load
