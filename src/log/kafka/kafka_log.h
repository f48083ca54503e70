#pragma once

// The cluster's queue: a topic of Apache Kafka, by librdkafka. An append is acknowledged when it is on all in-sync
// replicas; the topic's own rules say how many those are at least (topic.h holds them to it at start).
//
// A message is one user's updates: key = user id, value = a record of docs/record.proto. Its offset is Kafka's plus
// one.

#include "log/kafka/appender.h"
#include "log/kafka/client.h"
#include "log/kafka/end_queries.h"
#include "log/kafka/kafka_options.h"
#include "log/kafka/marks.h"

namespace playhead::log::kafka {

// Servers that are away make calls fail with "log-unavailable" within the options' times, and work again when they
// are back; no call needs them while this is made. Failed appends may be tried again: a duplicate merges into
// nothing.
class KafkaLog final : public HeartbeatLog {
 public:
  // Throws StartupError for options that make no sense to librdkafka.
  explicit KafkaLog(KafkaOptions options);

  Partition partitions() const override { return options_.partitions; }
  Partition partition_of(std::string_view user) const override;
  // `done` comes on the client's thread.
  void append(std::string_view record, AppendDone done) override { appender_.append(record, std::move(done)); }
  // Reads by a client of its own: takes some 100 ms to begin.
  Result<void> read(Partition partition, Offset from, const Visitor& visit) override;
  void end(Partition partition, EndDone done) override { ends_.ask(partition, std::move(done)); }
  // Commits the checkpoint for the consumer group, as somebody who is no member: brokers refuse that ("not-owner")
  // while the group has members, whose own commit (group_feed.h) is then the only one. What the topic keeps is in the
  // topic's config, so `retention` says nothing here.
  Result<void> release(Partition partition, Offset checkpoint, const Retention& retention,
                       std::int64_t now_ms) override;
  LogUsage usage(Partition partition) const override { return marks_.usage(partition); }

  // The checkpoint that was released last, by anyone in the group; 1 when there is none.
  Result<Offset> committed(Partition partition);

 private:
  const KafkaOptions options_;
  Marks marks_;
  Handle<rd_kafka_t> asking_;  // neither writes nor fetches, so its answers come at once
  EndQueries ends_;
  Appender appender_;
};

}  // namespace playhead::log::kafka
