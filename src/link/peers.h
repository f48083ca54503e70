#pragma once

// The asking side of the link between nodes: calls and streams to other nodes by their addresses, over one connection
// each, made when it is first needed and made anew when it is lost. Clocks are compared on the way.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "link/clock_samples.h"
#include "link/counters.h"
#include "link/key.h"
#include "link/loop.h"
#include "link/options.h"
#include "link/peer_table.h"

namespace playhead::link {

// A stream that was asked for. Any thread; may outlive the peers. Doesn't cancel when it goes.
class Subscription {
 public:
  Subscription() = default;
  // on_end gets the error "cancelled", unless the stream has ended before. An item may still come before that.
  void cancel();

 private:
  friend class Peers;

  std::shared_ptr<Mailbox> mailbox_;
  std::weak_ptr<PeerTable> table_;
  std::string address_;
  std::uint64_t id_ = 0;
};

// Any thread. Callbacks come exactly once (items: often), on the link's thread, and must not hold it up; `call` and
// the others never call back from within. Errors, by code:
//   peer-unavailable  no connection, or lost, or left alone for a while after failures
//   peer-refused      the handshake failed: the secrets differ, it is no node, or its version goes with none of ours
//   peer-timeout      no answer in time; if one comes it is dropped
//   peer-busy, frame-too-large  a bound, here or there
//   unknown-kind, no-answer, and what the peer's handler failed with, with its sentence
class Peers {
 public:
  using Done = std::move_only_function<void(Result<std::string>)>;
  using OnItem = std::move_only_function<void(std::string item)>;
  using OnEnd = std::move_only_function<void(Result<void>)>;

  // All references must outlive the object.
  Peers(Loops& loops, const LinkKey& key, const LinkOptions& options, const Clock& clock, LinkCounters& counters);
  // What has no answer fails with "peer-unavailable" before this returns. Not on the link's thread.
  ~Peers();
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;

  // `address`: "host:port" or "[IPv6]:port". A name is looked up anew for each connection.
  void call(std::string_view address, std::uint32_t kind, std::string payload, std::chrono::milliseconds timeout,
            Done done);
  // Lasts until the peer ends it, or an error does.
  Subscription stream(std::string_view address, std::uint32_t kind, std::string payload, OnItem on_item,
                      OnEnd on_end);
  // Stays connected to these, and with calls or without; others are let go when they are idle. Replaces what was
  // kept.
  void keep(const std::set<std::string>& addresses);

  // The peer's wall clock less ours; none while it isn't connected. Right to within half the round trip.
  std::optional<std::chrono::milliseconds> clock_offset(const std::string& address) const;
  // Of all that are connected. With three nodes or more, the one that differs from the median is the one to blame.
  std::map<std::string, ClockSample> clock_offsets() const { return clocks_.read(); }
  // The one farthest from 0, of either sign; none while nobody is connected.
  std::optional<std::chrono::milliseconds> worst_clock_offset() const;

 private:
  std::size_t loop_of(std::string_view address) const;
  std::uint64_t begin(std::string_view address, Call call);

  Loops& loops_;
  const std::shared_ptr<PeerContext> context_;
  ClockBoard clocks_;
  CallCounts counts_;
  std::atomic<std::uint64_t> next_id_{1};
  std::vector<std::shared_ptr<PeerTable>> tables_;
};

}  // namespace playhead::link
