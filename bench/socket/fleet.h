#pragma once

// Very many devices on one thread: each follows its viewer, sends an update every 5 s, and comes back when it loses
// its connection, by the SDK's rule (comeback.h).

#include <chrono>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "socket/client.h"
#include "socket/comeback.h"

namespace playhead::bench {

class Fleet {
 public:
  using Clock = std::chrono::steady_clock;

  // Two devices a viewer, whose updates are half a heartbeat apart: sooner after each other, the second would take
  // the first one's place before that is told. All are connected, and have their snapshot, when this returns.
  Fleet(int port, unsigned devices);
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Sends what is due, hears what has come, connects whom it is time for; at most a millisecond or two.
  void turn();

  // Since the last clear(): milliseconds from an update's leaving to its event at the viewer's other device.
  const std::vector<float>& delays() const { return delays_; }
  void clear() { delays_.clear(); }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t refused() const { return refused_; }    // writes that the server would not take
  std::uint64_t attempts() const { return attempts_; }  // of devices that came back
  // Devices that lost their connection and when, and that have their snapshot again and after how many seconds.
  unsigned lost() const { return lost_; }
  Clock::time_point first_loss() const { return first_loss_; }
  const std::vector<float>& back_after() const { return back_after_; }
  // Devices with an update that had no ack a second after it left.
  std::size_t unanswered() const;

 private:
  struct Device {
    Client client;
    Comeback comeback{};
    bool following = false;
    bool unanswered = false;  // an update without an ack: sent again by whoever comes back
    std::uint64_t position = 0;
    Clock::time_point left{};  // when that update did
    Clock::time_point gone{};  // when it lost its connection, while it has none
    Clock::time_point retry{};
  };

  // The viewer of a device, and the viewer's other device.
  std::size_t viewer(std::size_t i) const { return i % (devices_.size() / 2); }
  std::size_t other(std::size_t i) const { return (i + devices_.size() / 2) % devices_.size(); }
  void listen_to(std::size_t i);
  void lose(std::size_t i);
  void give_up_due();
  void reconnect_due();
  void send_update(std::size_t i, bool again);
  void hear(std::size_t i);
  void understand(std::size_t i, std::string_view message);

  const int set_;
  std::vector<Device> devices_;
  std::vector<std::size_t> away_;
  std::deque<std::pair<Clock::time_point, std::size_t>> attempts_begun_;
  std::mt19937_64 random_{20261124};
  Clock::time_point begun_;
  std::uint64_t round_ = 0;
  std::uint64_t sent_ = 0, acknowledged_ = 0, refused_ = 0, attempts_ = 0;
  unsigned lost_ = 0;
  Clock::time_point first_loss_{};
  std::vector<float> delays_, back_after_;
};

}  // namespace playhead::bench
