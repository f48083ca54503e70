// Puts records into a topic as any foreign program might, whatever they hold: standard input has a line of user,
// space and record in hexadecimal for each. Ends with 0 when Kafka has taken all of them.

#include <librdkafka/rdkafka.h>

#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "log/kafka/client.h"
#include "log/partitioner.h"

namespace {

using namespace playhead;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + at, hex.data() + at + 2, value, 16);
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

void count_failures(rd_kafka_t*, const rd_kafka_message_t* message, void* failures) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) ++*static_cast<int*>(failures);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: produce BROKERS TOPIC PARTITIONS, with lines of user and record in hexadecimal\n";
    return 2;
  }
  const log::kafka::KafkaOptions options{.brokers = arguments[1], .topic = arguments[2]};
  const auto partitions = static_cast<log::Partition>(std::stoul(arguments[3]));
  int failures = 0;
  log::kafka::ClientConfig config(options);
  config.set("acks", "all").set("message.timeout.ms", "10000").set_opaque(&failures).on_delivery(count_failures);
  const auto client = config.make(RD_KAFKA_PRODUCER);
  const auto topic = log::kafka::make_topic(client.get(), options.topic);
  std::string user, hex;
  while (std::cin >> user >> hex) {
    auto record = bytes_of(hex);
    const auto partition = static_cast<std::int32_t>(log::partition_for(user, partitions));
    if (rd_kafka_produce(topic.get(), partition, RD_KAFKA_MSG_F_COPY, record.data(), record.size(), user.data(),
                         user.size(), nullptr) != 0) {
      ++failures;
    }
  }
  rd_kafka_flush(client.get(), 15'000);
  if (failures == 0 && rd_kafka_outq_len(client.get()) == 0) return 0;
  std::cerr << failures << " records were not taken\n";
  return 1;
}
