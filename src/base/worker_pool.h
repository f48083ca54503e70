#pragma once

// A few threads for work that may block, behind a bounded queue.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace playhead {

// Any thread may call.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  // `queue_limit`: jobs that may wait.
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  // Runs what waits, then ends. Nothing may be submitted any more.
  ~WorkerPool();

  // Takes `job` over when there is room for it; otherwise leaves it alone and returns false.
  bool submit(Job& job);

 private:
  void work();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace playhead
