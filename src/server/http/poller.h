#pragma once

// Readiness of many sockets inside an Asio event loop, at one system call a round instead of one a socket:
// Asio 1.81 arms a descriptor again for each wait (epoll_ctl, 0.4 µs, or a recv that finds nothing). This is
// an epoll set of its own, level-triggered, which Asio watches as one descriptor.

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>
#include <functional>

namespace playhead::server {

// Belongs to the thread of its io_context.
class Poller {
 public:
  class Watched {
   public:
    // `events` of epoll(7). May destroy itself, but no other watched object.
    virtual void on_events(std::uint32_t events) = 0;

   protected:
    ~Watched() = default;
  };

  // Throws std::system_error when the kernel refuses an epoll set.
  explicit Poller(boost::asio::io_context& io);

  // Calls `before_round` when sockets are ready, then on_events() of each, then `after_round`; again and
  // again until stop().
  void start(std::function<void()> before_round, std::function<void()> after_round);
  void stop();

  // False when the kernel refuses. The descriptor must be closed, or removed, before `watched` is gone.
  bool add(int descriptor, std::uint32_t events, Watched& watched);
  void modify(int descriptor, std::uint32_t events, Watched& watched);
  void remove(int descriptor);

 private:
  void wait();
  void round();

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
  std::function<void()> before_round_;
  std::function<void()> after_round_;
};

}  // namespace playhead::server
