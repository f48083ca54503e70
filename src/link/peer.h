#pragma once

// One other node as this one sees it: the connection, made when needed, and the calls that have no answer yet.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "link/breaker.h"
#include "link/call.h"
#include "link/clock_samples.h"
#include "link/wire.h"

namespace playhead::link {

// What all peers share.
struct PeerContext {
  const LinkOptions options;
  LinkCounters& counters;
  const Clock& clock;
  const CipherSuite suite;
};

class PeerHost {
 public:
  // Any sample but none: the connection lives, and clocks were compared.
  virtual void clock_compared(const std::string& address, const std::optional<ClockSample>& sample) = 0;
  // Nobody needs it: destroys it, later.
  virtual void idle(const std::string& address) = 0;
  virtual void call_ended(bool lasting) = 0;

 protected:
  ~PeerHost() = default;
};

// On its loop's thread.
class Peer final : public WireEvents, public std::enable_shared_from_this<Peer> {
 public:
  // `address`: "host:port" or "[IPv6]:port".
  Peer(PeerContext& context, PeerHost& host, boost::asio::io_context& io, std::string address);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void start();
  void call(std::uint64_t id, Call call);
  // Ends the call with the error "cancelled", when it has no end yet.
  void cancel(std::uint64_t id);
  // Whether it stays connected without calls.
  void keep(bool kept);
  // Ends everything.
  void stop();

 private:
  using Time = Call::Time;

  void connect();
  void connect_to(const boost::asio::ip::tcp::resolver::results_type& endpoints);
  void resolve();
  void connected(Wire::Socket socket);
  // Everything that waits fails with `error`, and the peer is left alone for a while.
  void fail_all(const Error& error);
  void failed(const Error& error);
  Error error_of(Loss loss, const std::string& reason) const;
  bool connecting() const { return attempt_ || (wire_ && !open_); }

  void on_open() override;
  void on_frame(Frame frame) override;
  void on_lost(Loss loss, const std::string& reason) override;

  // The call may go out now; otherwise why not.
  std::optional<Error> refusal(const Call& call, Time now);
  void send(std::uint64_t id);
  void end(std::uint64_t id, Result<std::string> outcome);
  void finish(Call call, Result<std::string> outcome);
  void on_pong(const Frame& frame);
  void on_end(Frame frame);
  void count(const Error& error);

  void watch_deadlines();
  void expire();
  void tick();
  void ping();

  PeerContext& context_;
  PeerHost& host_;
  boost::asio::io_context& io_;
  const std::string address_;

  // While a socket is being connected; replaced by the wire.
  struct Attempt;
  std::shared_ptr<Attempt> attempt_;
  std::shared_ptr<Wire> wire_;
  bool open_ = false;
  bool kept_ = false;
  bool stopped_ = false;
  Breaker breaker_;
  Error last_failure_;

  std::unordered_map<std::uint64_t, Call> calls_;
  std::size_t streams_ = 0;  // of them
  std::set<std::pair<Time, std::uint64_t>> deadlines_;
  // Calls that wait for the connection.
  std::deque<std::uint64_t> waiting_;
  std::size_t waiting_bytes_ = 0;
  boost::asio::steady_timer deadline_timer_;
  Time deadline_set_ = Time::max();

  boost::asio::steady_timer tick_timer_;
  Time last_used_;
  std::uint64_t ping_id_ = 0;
  Time ping_left_;
  std::int64_t ping_left_ms_ = 0;
  ClockSamples samples_;
};

}  // namespace playhead::link
