#include "server/api/push_desk.h"

#include <utility>

namespace playhead::server::api {

void PushDesk::announce(std::shared_ptr<Outbox> outbox) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(outbox));
    if (waiting_.size() > 1) return;
  }
  post_(worker_, [this] { tell(); });
}

void PushDesk::tell() {
  std::vector<std::shared_ptr<Outbox>> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  for (const auto& outbox : waiting) {
    if (auto* owner = outbox->owner()) owner->on_pushed();
  }
}

}  // namespace playhead::server::api
