#include "log/kafka/group_commit.h"

#include <fmt/format.h>

#include <algorithm>

namespace playhead::log::kafka {
namespace {

Error refusal(Partition partition, rd_kafka_resp_err_t error) {
  const auto what = fmt::format("The checkpoint of partition {} can't be committed", partition);
  switch (error) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
      return {"not-owner", fmt::format("{}: the group has held this node for dead.", what)};
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
      return {"log-unsettled", fmt::format("{}: the group is dividing its partitions anew.", what)};
    default: return unavailable(what, error);
  }
}

}  // namespace

Result<void> commit_as_member(rd_kafka_t* member, const KafkaOptions& options, Holdings& holdings,
                              std::span<const Checkpoint> checkpoints) {
  Result<void> result;
  for (const auto& [partition, offset] : checkpoints) {
    if (holdings.has(partition)) continue;
    result = fail("not-owner", fmt::format("Partition {} is not this node's: its checkpoint stays.", partition));
  }
  const auto news = holdings.news(checkpoints);
  if (news.empty()) return result;
  const Handle<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(news.size())));
  for (const auto& [partition, offset] : news) {
    rd_kafka_topic_partition_list_add(list.get(), options.topic.c_str(), static_cast<std::int32_t>(partition))
        ->offset = to_kafka(offset);
  }
  const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(member));
  auto error = rd_kafka_commit_queue(member, list.get(), answers.get(), nullptr, nullptr);
  Handle<rd_kafka_event_t> answer;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    answer.reset(rd_kafka_queue_poll(answers.get(), static_cast<int>(options.ask_timeout.count())));
    error = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  const auto* const answered = answer ? rd_kafka_event_topic_partition_list(answer.get()) : nullptr;
  for (std::size_t i = 0; i < news.size(); ++i) {
    const auto& [partition, offset] = news[i];
    auto failed = error;
    if (answered != nullptr && static_cast<int>(i) < answered->cnt && answered->elems[i].err != 0) {
      failed = answered->elems[i].err;
    }
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
      holdings.committed(partition, offset);
    } else {
      result = std::unexpected(refusal(partition, failed));
    }
  }
  return result;
}

}  // namespace playhead::log::kafka
