#include "log/kafka/partition_reader.h"

#include <fmt/format.h>

#include <array>
#include <span>

namespace playhead::log::kafka {
namespace {

Handle<rd_kafka_t> make_reader(const KafkaOptions& options) {
  return ClientConfig(options)
      .set("enable.auto.commit", "false")
      .set("enable.auto.offset.store", "false")
      // Where retention has taken what was asked for, go on with what is left; the visitor sees the gap.
      .set("auto.offset.reset", "earliest")
      .set("enable.partition.eof", "true")
      .set("check.crcs", "true")
      .set("fetch.wait.max.ms", "100")
      .make(RD_KAFKA_CONSUMER);
}

// A partition while it is fetched.
class Fetching {
 public:
  Fetching(const KafkaOptions& options, Partition partition, Offset from)
      : client_(make_reader(options)),
        topic_(make_topic(client_.get(), options.topic)),
        partition_(static_cast<std::int32_t>(partition)) {
    rd_kafka_consume_start(topic_.get(), partition_, to_kafka(from));
  }
  ~Fetching() { rd_kafka_consume_stop(topic_.get(), partition_); }
  Fetching(const Fetching&) = delete;
  Fetching& operator=(const Fetching&) = delete;

  // The next messages, none when nothing came in a while. The caller owns them.
  std::span<rd_kafka_message_t*> next() {
    const auto count = rd_kafka_consume_batch(topic_.get(), partition_, 100, messages_.data(), messages_.size());
    return {messages_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

 private:
  Handle<rd_kafka_t> client_;
  Handle<rd_kafka_topic_t> topic_;
  std::int32_t partition_;
  std::array<rd_kafka_message_t*, 1'000> messages_;
};

}  // namespace

Result<void> read_messages(const KafkaOptions& options, Marks& marks, Partition partition, Offset from, Offset end,
                           const MessageVisitor& visit) {
  if (from >= end) return {};
  Fetching fetching(options, partition, from);
  auto give_up = std::chrono::steady_clock::now() + options.read_timeout;
  auto last_error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  bool over = false, begun = false;
  Result<void> result;
  while (!over) {
    for (auto* const owned : fetching.next()) {
      const Handle<rd_kafka_message_t> message(owned);
      const auto offset = from_kafka(message->offset);
      if (over) continue;  // only to free it
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        over = offset >= end;
      } else if (is_damage(message->err)) {
        result = fail("log-corrupt", fmt::format("Partition {}, Kafka's offset {}, cannot be read back: {}.",
                                                 partition, message->offset, rd_kafka_err2str(message->err)));
        over = true;
      } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_error = message->err;
      } else if (offset >= end) {
        over = true;
      } else {
        // Later than asked for: what lies between is gone.
        if (!std::exchange(begun, true) && offset > from && offset > 1) marks.saw_first(partition, offset);
        over = !visit(offset, *message) || offset + 1 >= end;
        give_up = std::chrono::steady_clock::now() + options.read_timeout;
      }
    }
    if (!over && std::chrono::steady_clock::now() > give_up) {
      return std::unexpected(unavailable(fmt::format("Partition {} does not answer", partition), last_error));
    }
  }
  return result;
}

Result<void> read_partition(const KafkaOptions& options, Marks& marks, Partition partition, Offset from, Offset end,
                            const HeartbeatLog::Visitor& visit) {
  return read_messages(options, marks, partition, from, end, [&](Offset offset, const rd_kafka_message_t& message) {
    return visit(offset, {static_cast<const char*>(message.payload), message.len});
  });
}

}  // namespace playhead::log::kafka
