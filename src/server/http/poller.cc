#include "server/http/poller.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace playhead::server {

namespace {

// So many a round that the calls around it don't count, so few that timers and posted tasks get their turn.
constexpr int kEventsPerRound = 256;

int make_set() {
  const int set = epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

}  // namespace

Poller::Poller(boost::asio::io_context& io) : set_(io, make_set()) {}

void Poller::start(std::function<void()> before_round, std::function<void()> after_round) {
  before_round_ = std::move(before_round);
  after_round_ = std::move(after_round);
  wait();
}

void Poller::stop() { set_.cancel(); }

void Poller::wait() {
  set_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& ec) {
    if (ec) return;
    round();
    wait();
  });
}

void Poller::round() {
  std::array<epoll_event, kEventsPerRound> ready;
  const int count = epoll_wait(set_.native_handle(), ready.data(), kEventsPerRound, 0);
  if (count <= 0) return;
  before_round_();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    static_cast<Watched*>(event.data.ptr)->on_events(event.events);
  }
  after_round_();
}

bool Poller::add(int descriptor, std::uint32_t events, Watched& watched) {
  epoll_event event{.events = events, .data = {.ptr = &watched}};
  return epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Poller::modify(int descriptor, std::uint32_t events, Watched& watched) {
  epoll_event event{.events = events, .data = {.ptr = &watched}};
  epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::remove(int descriptor) { epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr); }

}  // namespace playhead::server
