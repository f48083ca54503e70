#include "log/kafka/kafka_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "log/kafka/partition_reader.h"
#include "log/partitioner.h"

namespace playhead::log::kafka {
namespace {

// Committing has to find the group's coordinator first, which may have moved.
constexpr std::chrono::seconds kCommitAtMost{10};

Handle<rd_kafka_topic_partition_list_t> one(const KafkaOptions& options, Partition partition, std::int64_t offset) {
  Handle<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), options.topic.c_str(), static_cast<std::int32_t>(partition))->offset =
      offset;
  return list;
}

// The call's own error, or else that of its one partition.
rd_kafka_resp_err_t error_of(rd_kafka_resp_err_t call, const rd_kafka_topic_partition_list_t& list) {
  return call != RD_KAFKA_RESP_ERR_NO_ERROR ? call : list.elems[0].err;
}

Handle<rd_kafka_t> make_asking(const KafkaOptions& options) {
  return ClientConfig(options)
      .set("group.id", options.group)
      .set("enable.auto.commit", "false")
      .set("auto.offset.reset", "earliest")
      .make(RD_KAFKA_CONSUMER);
}

}  // namespace

KafkaLog::KafkaLog(KafkaOptions options)
    : options_(std::move(options)),
      marks_(options_.partitions),
      asking_(make_asking(options_)),
      ends_(asking_.get(), options_, marks_),
      appender_(options_, marks_) {}

Partition KafkaLog::partition_of(std::string_view user) const { return partition_for(user, options_.partitions); }

Result<void> KafkaLog::read(Partition partition, Offset from, const Visitor& visit) {
  std::promise<Result<Offset>> asked;
  end(partition, [&asked](Result<Offset> end) { asked.set_value(std::move(end)); });
  const auto end = asked.get_future().get();
  if (!end) return std::unexpected(end.error());
  return read_partition(options_, marks_, partition, std::max<Offset>(from, 1), *end, visit);
}

Result<void> KafkaLog::release(Partition partition, Offset checkpoint, const Retention&, std::int64_t) {
  const auto offset = one(options_, partition, to_kafka(checkpoint));
  const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(asking_.get()));
  auto error = rd_kafka_commit_queue(asking_.get(), offset.get(), answers.get(), nullptr, nullptr);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    constexpr auto kWait = static_cast<int>(std::chrono::milliseconds(kCommitAtMost).count());
    const Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), kWait));
    const auto* const committed = answer ? rd_kafka_event_topic_partition_list(answer.get()) : nullptr;
    error = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (committed != nullptr && committed->cnt > 0) error = error_of(error, *committed);
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const auto what = fmt::format("The checkpoint of partition {} can't be committed", partition);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) {
    return fail("not-owner", fmt::format("{}: the group \"{}\" has members, and only the partition's owner moves it.",
                                         what, options_.group));
  }
  return std::unexpected(unavailable(what, error));
}

Result<Offset> KafkaLog::committed(Partition partition) {
  const auto found = one(options_, partition, RD_KAFKA_OFFSET_INVALID);
  constexpr auto kWait = static_cast<int>(std::chrono::milliseconds(kCommitAtMost).count());
  const auto error = error_of(rd_kafka_committed(asking_.get(), found.get(), kWait), *found);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(
        unavailable(fmt::format("The checkpoint of partition {} can't be read", partition), error));
  }
  return found->elems[0].offset < 0 ? 1 : from_kafka(found->elems[0].offset);
}

}  // namespace playhead::log::kafka
