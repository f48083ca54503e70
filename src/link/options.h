#pragma once

// The link's bounds and times, in one place. All nodes of a cluster are meant to have the same.

#include <chrono>
#include <cstddef>

namespace playhead::link {

struct LinkOptions {
  // The largest payload. A user of 20,000 rows is 4 MB; the rest is for shows that nobody has thought of.
  std::size_t max_frame_bytes = std::size_t{64} << 20;
  // Requests on one connection that have no answer yet; each costs a few hundred bytes and what its handler holds.
  std::size_t max_in_flight = 4'096;
  // Streams on one connection. They are apart from requests: many last for hours, and hold up nobody.
  std::size_t max_streams = 1'000'000;
  // What waits on one connection for a peer that takes it slowly: room for two of the largest frames.
  std::size_t max_output_bytes = std::size_t{128} << 20;
  // What one stream may have waiting before Responder::push() says kFull: some thousand small events.
  std::size_t max_stream_bytes = std::size_t{1} << 20;
  // Connections that have not proven yet that they know the secret, for each thread; the oldest gives way. Each costs
  // about 100 kB.
  std::size_t max_handshakes = 64;
  // Connections that are let in, for each thread. A cluster has as many as it has nodes.
  std::size_t max_connections = 1'024;
  // Peers that are remembered, for each thread; those not used and not kept are forgotten after idle_timeout.
  std::size_t max_peers = 1'024;

  std::chrono::milliseconds connect_timeout{2'000};
  // From the accepted or connected socket to the other side's first frame.
  std::chrono::milliseconds handshake_timeout{5'000};
  // A client's; also how often clocks are compared.
  std::chrono::milliseconds ping_interval{3'000};
  // A connection on which nothing has come for so long is taken for dead, by either side: three pings.
  std::chrono::milliseconds silence_timeout{10'000};
  std::chrono::milliseconds idle_timeout{300'000};

  // After a failure a peer is left alone for a time that doubles from the first to the second, less up to half of it.
  std::chrono::milliseconds min_retry_pause{100};
  std::chrono::milliseconds max_retry_pause{10'000};
  // Calls in a row that time out before the peer counts as failed although its connection lives.
  unsigned timeouts_to_open = 5;
  // Pings of which the one with the quickest answer tells the clock's offset.
  std::size_t clock_samples = 8;
};

}  // namespace playhead::link
