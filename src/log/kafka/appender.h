#pragma once

// The writing half of the Kafka log: group commit into producer batches. A record of many users becomes one message a
// run of updates (model/user_runs.h) under the user's key, handed to librdkafka in one call, which makes requests of
// them, partition by partition; the append is answered when the last message is on all in-sync replicas.
//
// Not idempotent: merging makes duplicates and reordering harmless, while an idempotent producer can fail for good.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "log/kafka/breaker.h"
#include "log/kafka/client.h"
#include "log/kafka/marks.h"
#include "model/user_runs.h"

namespace playhead::log::kafka {

class Appender {
 public:
  // `options` and `marks` outlive it. Throws StartupError for options that librdkafka refuses; servers that are away
  // only make appends fail.
  Appender(const KafkaOptions& options, Marks& marks);
  // Appends that were not answered yet fail.
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  // As HeartbeatLog::append(). Blocks while librdkafka holds all the messages that it may. A record without updates
  // goes to every partition whose breaker is open, or else to the first.
  void append(std::string_view record, HeartbeatLog::AppendDone done);

 private:
  // One append on its way.
  struct Batch {
    HeartbeatLog::AppendDone done;
    std::string bytes;  // of its messages; librdkafka sends from here
    std::vector<rd_kafka_message_t> messages;
    std::atomic<std::size_t> unsettled{0};
    Error error;  // of the first message that failed; empty code: none. Guarded by mutex_.
  };

  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self);

  std::unique_ptr<Batch> take_batch();
  Result<void> split(std::string_view record, Batch& batch);
  static void add(Batch& batch, Partition partition, const model::UserRuns& runs, const model::UserRun& run);
  void add_probes(Batch& batch, const model::UserRuns& runs);
  void produce(Batch& batch);
  void fail_batch(Batch& batch, Error error);
  void settle(Batch& batch, std::size_t messages);
  void answer_settled();

  const KafkaOptions& options_;
  Marks& marks_;
  std::vector<Breaker> breakers_;  // one a partition
  Handle<rd_kafka_t> producer_;
  Handle<rd_kafka_topic_t> topic_;

  std::mutex mutex_;
  std::deque<std::unique_ptr<Batch>> waiting_;  // in the order of the appends
  std::vector<std::unique_ptr<Batch>> free_;    // with their memory, which is megabytes under load
  bool answering_ = false;
  std::atomic<bool> stopping_{false};
  std::thread polling_;  // where deliveries are told
};

}  // namespace playhead::log::kafka
