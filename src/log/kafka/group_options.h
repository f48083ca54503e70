#pragma once

// What has to be known to be a member of the group, beside KafkaOptions.

#include <chrono>
#include <string>

namespace playhead::log::kafka {

struct GroupOptions {
  // A member that the brokers have not heard of for so long is dead, and its partitions are divided among the others:
  // the longest time without an owner. Brokers refuse less than their group.min.session.timeout.ms (6 s by default).
  std::chrono::milliseconds session_timeout{6'000};
  // A member learns by its heartbeat that partitions are divided anew, so this is about how long that takes.
  std::chrono::milliseconds heartbeat_every{500};
  // A handler that takes longer is held for dead too; also the longest that the others wait for it. At least the
  // session's.
  std::chrono::milliseconds handler_timeout{10'000};
  // A new owner reads so far back, stored or not, to know who is watching.
  std::chrono::milliseconds presence_window{30'000};
  // A broker answers a fetch after so long when there is nothing new. What is new is answered at once; this is how
  // long a partition that was just assigned waits behind the others' fetch.
  std::chrono::milliseconds fetch_wait{50};
  // "cooperative-sticky", "range" or "roundrobin"; the same on every node.
  std::string assignor = "range";
};

}  // namespace playhead::log::kafka
