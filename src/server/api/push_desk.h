#pragma once

// The way from whoever has news, on any thread, to the connections of one worker: one hand-over for all that have
// something to tell.

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/api/outbox.h"

namespace playhead::server::api {

class PushDesk {
 public:
  explicit PushDesk(unsigned worker) : worker_(worker) {}

  // Runs a task on the worker's thread, soon.
  using Post = std::function<void(unsigned worker, std::move_only_function<void()> task)>;
  // Before the first request.
  void attach(Post post) { post_ = std::move(post); }

  // Has the outbox's owner told on the worker's thread. Any thread.
  void announce(std::shared_ptr<Outbox> outbox);

 private:
  void tell();

  const unsigned worker_;
  Post post_;
  std::mutex mutex_;
  // Each outbox is here once, or twice when it overflowed: no more than there are connections.
  std::vector<std::shared_ptr<Outbox>> waiting_;
};

}  // namespace playhead::server::api
