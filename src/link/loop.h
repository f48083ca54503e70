#pragma once

// The link's threads: each runs an io_context of its own, and everything on a connection happens on one of them.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace playhead::link {

// Work for a loop from other threads, in the order in which it came. Outlives the loop in the hands of those who may
// still hold an answer when the node stops; what comes then is dropped. Grows with what callers hand over while the
// loop is busy: each waits for an answer and is bounded where it waits.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  using Job = std::move_only_function<void()>;

  explicit Mailbox(boost::asio::io_context& io) : io_(&io) {}
  // Any thread. The loop has ended: drops the job.
  void post(Job job);
  // Once the loop's thread has ended.
  void close();

 private:
  void run();

  std::mutex mutex_;
  boost::asio::io_context* io_;
  std::vector<Job> jobs_;
};

class Loop {
 public:
  Loop();
  // Ends the thread.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& io() { return io_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  // Runs `job` on the loop's thread and waits for it: not from that thread.
  template <class Job>
  void run(Job&& job) {
    // Shared: set_value() may still run when the waiting side has gone on.
    auto done = std::make_shared<std::promise<void>>();
    auto ran = done->get_future();
    mailbox_->post([&job, done] {
      job();
      done->set_value();
    });
    ran.wait();
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::shared_ptr<Mailbox> mailbox_;
  std::thread thread_;
};

// Must outlive the LinkServer and the Peers that use it.
class Loops {
 public:
  // One carries a node: it moves some hundred thousand calls a second.
  explicit Loops(std::size_t threads = 1);

  std::size_t size() const { return loops_.size(); }
  Loop& at(std::size_t i) { return *loops_[i]; }

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace playhead::link
