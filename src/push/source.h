#pragma once

// Whom a server asks to be told of a user: embedded the hub beside the view, in a cluster the node that owns the
// user.

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "push/event.h"

namespace playhead::push {

class Subscriber {
 public:
  virtual ~Subscriber() = default;
  // `tag` is the subscriber's own name for the subscription. Any thread, with the source's locks held: keeps the
  // event and returns.
  virtual void deliver(std::uint64_t tag, const EventPtr& event) = 0;
};

using SubscriptionId = std::uint64_t;

class Source {
 public:
  virtual ~Source() = default;

  // From now on `subscriber` gets what changes of the user, a snapshot first, maybe before this returns, and again
  // whenever something in between may have been lost. Fails with "too-many-subscribers". Any thread.
  virtual Result<SubscriptionId> subscribe(std::string_view user, std::shared_ptr<Subscriber> subscriber,
                                           std::uint64_t tag) = 0;
  // Nothing is delivered once this has returned. Any thread, but not from within deliver().
  virtual void unsubscribe(std::string_view user, SubscriptionId id) = 0;
};

}  // namespace playhead::push
