#pragma once

// Every bound of the HTTP engine, with its reason. The defaults suit players on the open internet.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace playhead::server {

// Which pages of other origins may read answers below /v1/ (the Fetch standard, 3.2).
struct CorsOptions {
  std::vector<std::string> origins;  // as browsers send them; "*" for all
  std::chrono::milliseconds max_age{std::chrono::hours(2)};
};

struct HttpOptions {
  // Request line and header lines with their line ends: 431. Browsers with cookies stay below 8 KiB.
  std::size_t max_header_bytes = 16 * 1024;
  // Header lines: 431.
  std::size_t max_headers = 64;
  // Request target as sent: 414. A season page asks for 100 episodes in one query.
  std::size_t max_target_bytes = 8 * 1024;
  // 400 beyond; each costs a decoded view.
  std::size_t max_query_parameters = 256;
  // After the transfer coding is removed: 413, from Content-Length without reading it. 1,000 updates fit
  // well.
  std::size_t max_body_bytes = 1024 * 1024;
  // Requests of one connection without their answers; at this many reading stops until one is answered.
  std::size_t max_pipelined = 128;
  // Answers that the peer has not taken yet; at this many bytes no further request of it is looked at.
  std::size_t max_output_bytes = 256 * 1024;
  // Open connections of one worker; beyond it one is answered 503 and closed.
  std::size_t max_connections = 50'000;

  CorsOptions cors;

  // An idle connection is closed. Longer than the players' slowest heartbeat interval, so that they keep
  // theirs.
  std::chrono::milliseconds keep_alive_timeout{75'000};
  // From a request's first byte to the end of its head, and from there to the end of its body: 408.
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  // A peer that takes no byte of its answers for this long is dropped.
  std::chrono::milliseconds write_timeout{30'000};
  // A request whose handler has not answered by then gets 503; only a lost answer takes this long.
  std::chrono::milliseconds answer_timeout{60'000};
  // After a refusal, what the peer still sends is read and dropped for this long: closing at once would make
  // its kernel throw the refusal away.
  std::chrono::milliseconds linger_timeout{1'000};
};

}  // namespace playhead::server
