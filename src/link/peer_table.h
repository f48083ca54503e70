#pragma once

// One loop's share of the peers, by their addresses.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "link/loop.h"
#include "link/peer.h"

namespace playhead::link {

// What clocks say, for any thread.
class ClockBoard {
 public:
  void set(const std::string& address, const std::optional<ClockSample>& sample);
  std::map<std::string, ClockSample> read() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ClockSample> samples_;
};

// Without an end yet, to all peers together. Any thread.
struct CallCounts {
  std::atomic<std::size_t> calls{0}, streams{0};
  std::atomic<std::size_t>& of(bool lasting) { return lasting ? streams : calls; }
};

// On the loop's thread.
class PeerTable final : public PeerHost {
 public:
  // `counts`: how many calls have no end yet, counted down here.
  PeerTable(std::shared_ptr<PeerContext> context, ClockBoard& clocks, CallCounts& counts, Loop& loop)
      : context_(std::move(context)), clocks_(clocks), counts_(counts), loop_(loop) {}

  void call(const std::string& address, std::uint64_t id, Call call);
  void cancel(const std::string& address, std::uint64_t id);
  // Those, and no others, stay connected.
  void keep(const std::set<std::string>& addresses);
  void stop();

 private:
  void clock_compared(const std::string& address, const std::optional<ClockSample>& sample) override;
  void idle(const std::string& address) override;
  void call_ended(bool lasting) override;
  std::shared_ptr<Peer> peer_at(const std::string& address);

  const std::shared_ptr<PeerContext> context_;
  ClockBoard& clocks_;
  CallCounts& counts_;
  Loop& loop_;
  std::map<std::string, std::shared_ptr<Peer>> peers_;
};

}  // namespace playhead::link
