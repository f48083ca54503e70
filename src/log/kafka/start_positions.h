#pragma once

// Where the new owner of a partition begins.

#include <span>
#include <vector>

#include "log/group_feed.h"
#include "log/kafka/client.h"

namespace playhead::log::kafka {

struct StartPosition {
  Partition partition;
  Offset committed;  // the group's checkpoint, 1: none
  // The first record that is kept, and the first that was appended at `since_ms` or later. 0: not known.
  Offset first = 0;
  Offset recent = 0;
};

// Asks for at most options.ask_timeout: `member`, who has found the group's coordinator, for the checkpoints, and
// `asking`, which does not fetch, for the rest. Fails with "log-unavailable" when the checkpoints can't be known. The
// others may be missing, as while a partition has no leader: better to begin without than to wait.
Result<std::vector<StartPosition>> find_starts(rd_kafka_t* member, rd_kafka_t* asking, const KafkaOptions& options,
                                               std::span<const Partition> partitions, std::int64_t since_ms);

}  // namespace playhead::log::kafka
