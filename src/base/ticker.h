#pragma once

// A thread that does something short again and again.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace playhead {

class Ticker {
 public:
  // Between two calls of `work` this much passes. start() next.
  Ticker(std::chrono::milliseconds every, std::function<void()> work);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void start();
  // Waits for the call that is running.
  void stop();

 private:
  void loop();

  const std::chrono::milliseconds every_;
  const std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace playhead
