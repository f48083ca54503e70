#include "socket/fleet.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace playhead::bench {
namespace {

constexpr std::chrono::seconds kHeartbeat{5};
// So many connections from one address; it has 28,000 ports by default.
constexpr unsigned kOfOneAddress = 20'000;

float milliseconds(Fleet::Clock::duration time) { return std::chrono::duration<float, std::milli>(time).count(); }
float seconds(Fleet::Clock::duration time) { return std::chrono::duration<float>(time).count(); }

std::string subscription(std::size_t viewer) {
  return fmt::format(R"({{"type":"subscribe","ref":1,"userId":{}}})", viewer);
}

}  // namespace

Fleet::Fleet(int port, unsigned devices) : set_(::epoll_create1(0)) {
  if (devices < 2 || devices % 2 != 0) throw std::runtime_error("a viewer has two devices");
  allow_descriptors(devices);
  devices_.reserve(devices);
  for (unsigned i = 0; i < devices; ++i) {
    auto& device = devices_.emplace_back(Device{.client = Client(port, 1 + i / kOfOneAddress)});
    device.comeback.attempt(Clock::now());
    device.client.open();
    device.client.send(subscription(i % (devices / 2)));
    if (!device.client.next().starts_with(R"({"type":"snapshot")")) throw std::runtime_error("there was no snapshot");
    device.following = true;
    listen_to(i);
  }
  begun_ = Clock::now();
}

Fleet::~Fleet() { ::close(set_); }

void Fleet::listen_to(std::size_t i) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
  if (devices_[i].client.state() == Client::State::kConnecting) event.events = EPOLLOUT;
  const int descriptor = devices_[i].client.descriptor();
  if (::epoll_ctl(set_, EPOLL_CTL_MOD, descriptor, &event) != 0) ::epoll_ctl(set_, EPOLL_CTL_ADD, descriptor, &event);
}

void Fleet::lose(std::size_t i) {
  auto& device = devices_[i];
  const auto now = Clock::now();
  const auto code = device.client.closed_with().value_or(0);
  device.client.close();
  if (device.gone == Clock::time_point()) {
    device.gone = now;
    if (lost_++ == 0) first_loss_ = now;
  }
  device.following = false;
  device.retry = device.comeback.lost(now, code, std::uniform_real_distribution<>(0, 1)(random_));
  away_.push_back(i);
}

void Fleet::give_up_due() {
  const auto begun_before = Clock::now() - Comeback::kGiveUp;
  while (!attempts_begun_.empty() && attempts_begun_.front().first < begun_before) {
    const auto i = attempts_begun_.front().second;
    attempts_begun_.pop_front();
    const auto state = devices_[i].client.state();
    if (state == Client::State::kConnecting || state == Client::State::kUpgrading) lose(i);
  }
}

std::size_t Fleet::unanswered() const {
  const auto since = Clock::now() - std::chrono::seconds(1);
  return static_cast<std::size_t>(std::ranges::count_if(devices_, [&](const Device& device) {
    return device.unanswered && (!device.following || device.left < since);
  }));
}

void Fleet::reconnect_due() {
  const auto now = Clock::now();
  std::vector<std::size_t> due;
  std::erase_if(away_, [&](std::size_t i) {
    if (devices_[i].retry > now) return false;
    due.push_back(i);
    return true;
  });
  for (const auto i : due) {
    ++attempts_;
    devices_[i].comeback.attempt(now);
    attempts_begun_.emplace_back(now, i);
    if (devices_[i].client.begin_open()) {
      listen_to(i);
    } else {
      lose(i);
    }
  }
}

void Fleet::send_update(std::size_t i, bool again) {
  auto& device = devices_[i];
  if (!again) device.position = 100 + round_;
  device.left = Clock::now();
  device.unanswered = true;
  ++sent_;
  const auto text = fmt::format(
      R"({{"type":"progress","ref":1,"userId":{},"showId":1,"episodeId":1,"position":{},"deviceId":"{}"}})",
      viewer(i), device.position, i < devices_.size() / 2 ? "tv" : "phone");
  if (!device.client.write(masked(text))) lose(i);
}

void Fleet::understand(std::size_t i, std::string_view message) {
  auto& device = devices_[i];
  if (message.starts_with(R"({"type":"progress")")) {
    auto& sender = devices_[other(i)];
    if (number_after(message, R"("position":)") == sender.position)
      delays_.push_back(milliseconds(Clock::now() - sender.left));
  } else if (message.starts_with(R"({"type":"ack")")) {
    const bool taken = number_after(message, R"("accepted":)") == 1;
    ++(taken ? acknowledged_ : refused_);
    device.unanswered = false;
  } else if (message.starts_with(R"({"type":"error")")) {
    ++refused_;
  } else if (message.starts_with(R"({"type":"welcome")")) {
    if (!device.client.write(masked(subscription(viewer(i))))) lose(i);
  } else if (message.starts_with(R"({"type":"snapshot")")) {
    if (device.gone != Clock::time_point()) back_after_.push_back(seconds(Clock::now() - device.gone));
    device.gone = {};
    device.following = true;
    if (device.unanswered) send_update(i, true);
  }
}

void Fleet::hear(std::size_t i) {
  auto& device = devices_[i];
  const auto before = device.client.state();
  if (before == Client::State::kClosed) return;
  if (!device.client.progress()) return lose(i);
  if (before == Client::State::kConnecting) listen_to(i);
  for (std::string message; device.client.take(message);) understand(i, message);
  if (device.client.closed_with()) lose(i);
}

void Fleet::turn() {
  const auto every = std::chrono::nanoseconds(kHeartbeat) / devices_.size();
  while (begun_ + every * static_cast<std::int64_t>(round_) <= Clock::now()) {
    // A device that is away plays on and says so when it is back.
    if (const auto i = round_ % devices_.size(); devices_[i].following) {
      send_update(i, false);
    } else {
      devices_[i].position = 100 + round_;
      devices_[i].unanswered = true;
    }
    ++round_;
  }
  give_up_due();
  reconnect_due();
  std::array<epoll_event, 256> ready;
  const int events = ::epoll_wait(set_, ready.data(), static_cast<int>(ready.size()), 1);
  for (int event = 0; event < events; ++event) hear(ready[static_cast<std::size_t>(event)].data.u64);
}

}  // namespace playhead::bench
