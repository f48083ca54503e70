#pragma once

// Reads a stretch of a partition, by a client of its own that ends with it: for replays, tools and tests. It joins no
// group and commits nothing.

#include "log/kafka/client.h"
#include "log/kafka/marks.h"

namespace playhead::log::kafka {

// As HeartbeatLog::read(), up to and without `end`. Fails with "log-unavailable" when nothing has come for
// options.read_timeout.
Result<void> read_partition(const KafkaOptions& options, Marks& marks, Partition partition, Offset from, Offset end,
                            const HeartbeatLog::Visitor& visit);

// The same, with keys and headers.
using MessageVisitor = std::function<bool(Offset, const rd_kafka_message_t&)>;
Result<void> read_messages(const KafkaOptions& options, Marks& marks, Partition partition, Offset from, Offset end,
                           const MessageVisitor& visit);

}  // namespace playhead::log::kafka
