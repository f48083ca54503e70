#pragma once

#include <vector>

// What playhead-socket-load does with /v1/socket of 127.0.0.1:`port`. Each prints one line of JSON for each step, and
// throws std::runtime_error when the server does not play along. `pid` is the server's, whose CPU and memory are
// read.

namespace playhead::bench {

// Gateways: `connections` with four frames of `count` updates on their way each, or one frame of a single update.
// Durable updates a second.
void ingest(int port, int pid, unsigned connections, unsigned count, int seconds);

// Connections that follow a user each, from user `first` on: says when the first so many are open, answers pings
// until there is a line on standard input, and goes on to the next step. Closes them after the last.
void idle(int port, unsigned first, const std::vector<unsigned>& steps);

// Viewers with a TV and a phone, each with a connection that follows the viewer and sends an update every 5 s: how
// long from an update's leaving to the other device's event.
void follow(int port, int pid, unsigned devices, int seconds);

// As follow(), and when the server goes away the devices come back by the SDK's rule (sdk/src/live.ts) with what had
// no ack: how long until each has its snapshot again, and what was refused. Ends `seconds` after the first loss.
void come_back(int port, unsigned devices, int seconds);

}  // namespace playhead::bench
