#pragma once

// Which partition a user is in. The same as Kafka's own producers choose for a key, so that other programs which
// write to the topic put a user where we look; but computed here, since who owns a user must not hang on a library's
// default. It never changes for a topic: a user who moved would have two owners and two orders.

#include <cstdint>
#include <string_view>

#include "log/heartbeat_log.h"

namespace playhead::log {

// MurmurHash2, 32 bits, with the seed of Kafka's org.apache.kafka.common.utils.Utils.murmur2.
std::uint32_t murmur2(std::string_view bytes);

// `partitions` is at least 1.
Partition partition_for(std::string_view user, Partition partitions);

}  // namespace playhead::log
