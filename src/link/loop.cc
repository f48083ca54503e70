#include "link/loop.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace playhead::link {

void Mailbox::post(Job job) {
  const std::lock_guard lock(mutex_);
  if (io_ == nullptr) return;
  jobs_.push_back(std::move(job));
  if (jobs_.size() == 1) boost::asio::post(*io_, [self = shared_from_this()] { self->run(); });
}

void Mailbox::run() {
  std::vector<Job> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs.swap(jobs_);
  }
  for (auto& job : jobs) {
    job();
    // What it held goes now and not after all the others.
    job = nullptr;
  }
}

void Mailbox::close() {
  std::vector<Job> dropped;
  const std::lock_guard lock(mutex_);
  io_ = nullptr;
  dropped.swap(jobs_);
}

Loop::Loop()
    : io_(1),
      work_(boost::asio::make_work_guard(io_)),
      mailbox_(std::make_shared<Mailbox>(io_)),
      thread_([this] { io_.run(); }) {}

Loop::~Loop() {
  io_.stop();
  thread_.join();
  mailbox_->close();
}

Loops::Loops(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) loops_.push_back(std::make_unique<Loop>());
}

}  // namespace playhead::link
