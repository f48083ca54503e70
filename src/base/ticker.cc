#include "base/ticker.h"

#include <utility>

namespace playhead {

Ticker::Ticker(std::chrono::milliseconds every, std::function<void()> work) : every_(every), work_(std::move(work)) {}

Ticker::~Ticker() { stop(); }

void Ticker::start() {
  thread_ = std::thread([this] { loop(); });
}

void Ticker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Ticker::loop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, every_, [this] { return stopping_; })) {
    lock.unlock();
    work_();
    lock.lock();
  }
}

}  // namespace playhead
