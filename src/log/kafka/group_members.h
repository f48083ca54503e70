#pragma once

// Who is in the group, as the brokers describe it.

#include <string_view>
#include <vector>

#include "log/group_feed.h"
#include "log/kafka/client.h"

namespace playhead::log::kafka {

// As GroupFeed::members(); nobody when there is no such group. Waits for at most options.ask_timeout.
Result<std::vector<Member>> describe_members(rd_kafka_t* client, const KafkaOptions& options);

// Of the topic, ascending, out of what a member of any client library was assigned; none when it is not understood.
std::vector<Partition> assigned_partitions(const void* bytes, int size, std::string_view topic);

}  // namespace playhead::log::kafka
