#pragma once

// A member's commit: with its generation, so that the brokers refuse one who was held for dead.

#include <span>

#include "log/kafka/client.h"
#include "log/kafka/holdings.h"

namespace playhead::log::kafka {

// As GroupFeed::commit(). Waits for at most options.ask_timeout.
Result<void> commit_as_member(rd_kafka_t* member, const KafkaOptions& options, Holdings& holdings,
                              std::span<const Checkpoint> checkpoints);

}  // namespace playhead::log::kafka
