#pragma once

// What one connection is to be told and hasn't been yet. Only the latest state counts: a newer event of an item or a
// session replaces the one that waits, so what a slow reader costs follows the number of things, not of changes.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "push/source.h"

namespace playhead::server::api {

class PushDesk;

// Whose connection it is, on its worker's thread.
class OutboxOwner {
 public:
  // Something waits: say it soon.
  virtual void on_pushed() = 0;

 protected:
  ~OutboxOwner() = default;
};

class Outbox final : public push::Subscriber, public std::enable_shared_from_this<Outbox> {
 public:
  struct Item {
    std::uint64_t tag;
    push::EventPtr event;
  };

  // At most `max_bytes` of events may wait. The desk is that of the owner's worker, and outlives it.
  Outbox(PushDesk& desk, std::size_t max_bytes) : desk_(desk), max_bytes_(max_bytes) {}

  // The owner's thread, as all but deliver(). Null when it goes.
  void set_owner(OutboxOwner* owner) { owner_ = owner; }
  OutboxOwner* owner() const { return owner_; }

  void deliver(std::uint64_t tag, const push::EventPtr& event) override;

  // The oldest that waits; nothing when there is none.
  std::vector<Item> take(std::size_t at_most);
  // What waited for a subscription that is no more.
  void drop(std::uint64_t tag);
  // More was to be told than may wait. It stays so.
  bool overflowed() const;

 private:
  void replace_older(std::uint64_t tag, const push::Event& event);

  PushDesk& desk_;
  const std::size_t max_bytes_;
  OutboxOwner* owner_ = nullptr;
  mutable std::mutex mutex_;
  std::vector<Item> items_;
  std::size_t bytes_ = 0;
  bool announced_ = false;
  bool overflowed_ = false;
};

}  // namespace playhead::server::api
