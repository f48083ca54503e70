#pragma once

// What the link counts: plain atomics that the app reads when it is asked for metrics.

#include <atomic>
#include <cstdint>

namespace playhead::link {

// Must outlive the servers and peers that count in it. All only grow, except the two gauges.
struct LinkCounters {
  using Count = std::atomic<std::uint64_t>;

  // As the side that calls. Streams are calls too.
  Count calls{0};
  Count failed_unavailable{0};  // no connection, or it was lost, or the peer is being left alone
  Count failed_timeout{0};
  Count failed_refused{0};  // by the handshake, or another version
  Count failed_busy{0};     // a bound of this node
  Count failed_by_peer{0};  // the other side answered with an error of its own
  Count late_answers{0};    // for calls that had timed out or were cancelled
  Count connects_failed{0};
  Count connections_made{0};

  // As the side that answers.
  Count requests{0};
  Count requests_refused{0};  // beyond a bound
  Count connections_taken{0};
  Count handshakes_refused{0};       // wrong or no secret, not this protocol, another version, too slow
  Count connections_turned_away{0};  // beyond the bound of handshakes or connections

  // Both. Bytes are as they are on the wire.
  Count bytes_in{0};
  Count bytes_out{0};
  std::atomic<std::int64_t> connections_open{0};
  std::atomic<std::int64_t> streams_overflowed{0};  // pushes that found their stream full
};

}  // namespace playhead::link
