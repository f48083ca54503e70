#include "link/peer_table.h"

#include <utility>

namespace playhead::link {

void ClockBoard::set(const std::string& address, const std::optional<ClockSample>& sample) {
  const std::lock_guard lock(mutex_);
  if (sample) {
    samples_[address] = *sample;
  } else {
    samples_.erase(address);
  }
}

std::map<std::string, ClockSample> ClockBoard::read() const {
  const std::lock_guard lock(mutex_);
  return samples_;
}

std::shared_ptr<Peer> PeerTable::peer_at(const std::string& address) {
  const auto found = peers_.find(address);
  if (found != peers_.end()) return found->second;
  if (peers_.size() >= context_->options.max_peers) return nullptr;
  auto peer = std::make_shared<Peer>(*context_, *this, loop_.io(), address);
  peer->start();
  return peers_.emplace(address, std::move(peer)).first->second;
}

void PeerTable::call(const std::string& address, std::uint64_t id, Call call) {
  // Kept, since a callback may end in keep().
  if (const auto peer = peer_at(address)) return peer->call(id, std::move(call));
  call_ended(call.lasts());
  ++context_->counters.failed_busy;
  call.done(fail("peer-busy", "This node knows " + std::to_string(peers_.size()) + " peers and takes no more, so " +
                                  address + " is not asked."));
}

void PeerTable::cancel(const std::string& address, std::uint64_t id) {
  const auto found = peers_.find(address);
  if (found == peers_.end()) return;
  const auto peer = found->second;
  peer->cancel(id);
}

void PeerTable::keep(const std::set<std::string>& addresses) {
  for (const auto& [address, peer] : peers_) {
    if (!addresses.contains(address)) peer->keep(false);
  }
  for (const auto& address : addresses) {
    if (const auto peer = peer_at(address)) peer->keep(true);
  }
}

void PeerTable::stop() {
  for (const auto& [address, peer] : std::exchange(peers_, {})) peer->stop();
}

void PeerTable::clock_compared(const std::string& address, const std::optional<ClockSample>& sample) {
  clocks_.set(address, sample);
}

void PeerTable::idle(const std::string& address) {
  const auto found = peers_.find(address);
  if (found == peers_.end()) return;
  clocks_.set(address, std::nullopt);
  const auto peer = found->second;
  peers_.erase(found);
  peer->stop();
}

void PeerTable::call_ended(bool lasting) { --counts_.of(lasting); }

}  // namespace playhead::link
