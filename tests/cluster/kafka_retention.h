#pragma once

// Retention at the test's word: the brokers forget what is before an offset.

#include <gtest/gtest.h>

#include "log/kafka/client.h"

namespace playhead::test {

inline void delete_records_before(const log::kafka::KafkaOptions& options, log::Partition partition,
                                  log::Offset offset) {
  using log::kafka::Handle;
  const auto client = log::kafka::ClientConfig(options).make(RD_KAFKA_PRODUCER);
  const Handle<rd_kafka_topic_partition_list_t> before(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(before.get(), options.topic.c_str(), static_cast<std::int32_t>(partition))
      ->offset = log::kafka::to_kafka(offset);
  auto* request = rd_kafka_DeleteRecords_new(before.get());
  const Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(client.get()));
  rd_kafka_DeleteRecords(client.get(), &request, 1, nullptr, answers.get());
  rd_kafka_DeleteRecords_destroy(request);
  const Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), 30'000));
  ASSERT_TRUE(answer);
  ASSERT_EQ(rd_kafka_event_error(answer.get()), RD_KAFKA_RESP_ERR_NO_ERROR)
      << rd_kafka_event_error_string(answer.get());
}

}  // namespace playhead::test
