#include "log/kafka/start_positions.h"

#include <algorithm>

namespace playhead::log::kafka {
namespace {

using List = Handle<rd_kafka_topic_partition_list_t>;
using Time = std::chrono::steady_clock::time_point;

List list_of(const KafkaOptions& options, std::span<const Partition> partitions, std::int64_t offset) {
  List list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const auto partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), options.topic.c_str(), static_cast<std::int32_t>(partition))
        ->offset = offset;
  }
  return list;
}

int milliseconds_until(Time time) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

// Kafka's offsets of `what`, a time or one of the protocol's names for an end; 0 where there is none.
void look_up(rd_kafka_t* client, const KafkaOptions& options, std::span<const Partition> partitions,
             std::int64_t what, Time give_up, std::vector<StartPosition>& starts, Offset StartPosition::* member) {
  const auto list = list_of(options, partitions, what);
  // Where not all have answered, those that have can't be told from the others, which still have the time in place of
  // an offset.
  if (rd_kafka_offsets_for_times(client, list.get(), milliseconds_until(give_up)) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto& entry = list->elems[i];
    if (entry.err == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0) starts[i].*member = from_kafka(entry.offset);
  }
}

}  // namespace

Result<std::vector<StartPosition>> find_starts(rd_kafka_t* member, rd_kafka_t* asking, const KafkaOptions& options,
                                               std::span<const Partition> partitions, std::int64_t since_ms) {
  const auto give_up = std::chrono::steady_clock::now() + options.ask_timeout;
  const auto committed = list_of(options, partitions, RD_KAFKA_OFFSET_INVALID);
  auto error = rd_kafka_committed(member, committed.get(), milliseconds_until(give_up));
  std::vector<StartPosition> starts;
  for (int i = 0; i < committed->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    const auto& entry = committed->elems[i];
    error = entry.err;
    starts.push_back({.partition = static_cast<Partition>(entry.partition),
                      .committed = entry.offset < 0 ? 1 : from_kafka(entry.offset)});
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(
        unavailable("The checkpoints of the partitions that are this node's now can't be read", error));
  }
  look_up(asking, options, partitions, RD_KAFKA_OFFSET_BEGINNING, give_up, starts, &StartPosition::first);
  look_up(asking, options, partitions, since_ms, give_up, starts, &StartPosition::recent);
  return starts;
}

}  // namespace playhead::log::kafka
