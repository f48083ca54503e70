// A bare librdkafka producer that sends the very records that Playhead has written: what Kafka and this machine give
// to a program that does nothing else. It reads records from one topic into memory and sends them to another, round
// and round, with acknowledgements of all in-sync replicas. Prints one JSON object.

#include <librdkafka/rdkafka.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "log/kafka/client.h"
#include "log/kafka/topic.h"

namespace {

using namespace playhead::log;
using Time = std::chrono::steady_clock;

struct Options {
  kafka::KafkaOptions kafka;
  std::string from, to;
  std::size_t records = 200'000;  // of the source, kept in memory
  double seconds = 5;
  std::int64_t in_flight = 0;  // records on their way at a time; 0: what librdkafka queues by default
  std::string linger_ms = "5";
};

struct Record {
  std::string key, value;
  std::int32_t partition;
};

// The first of them, up to the topic's end. Gives up when nothing comes for 30 s.
std::vector<Record> read_records(const Options& options) {
  const auto consumer = kafka::ClientConfig(options.kafka)
                            .set("group.id", "bare-producer")
                            .set("enable.auto.commit", "false")
                            .set("enable.partition.eof", "true")
                            .make(RD_KAFKA_CONSUMER);
  rd_kafka_poll_set_consumer(consumer.get());
  const auto partitions = static_cast<std::int32_t>(options.kafka.partitions);
  const kafka::Handle<rd_kafka_topic_partition_list_t> all(rd_kafka_topic_partition_list_new(partitions));
  for (std::int32_t i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(all.get(), options.from.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(consumer.get(), all.get());
  std::vector<Record> records;
  for (std::int32_t ended = 0; ended < partitions && records.size() < options.records;) {
    const kafka::Handle<rd_kafka_message_t> message(rd_kafka_consumer_poll(consumer.get(), 30'000));
    if (!message) throw std::runtime_error("nothing comes from " + options.from);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++ended;
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(options.from + ": " + rd_kafka_message_errstr(message.get()));
    } else if (message->key_len > 0) {
      records.push_back({{static_cast<const char*>(message->key), message->key_len},
                         {static_cast<const char*>(message->payload), message->len},
                         message->partition});
    }
  }
  if (records.empty()) throw std::runtime_error(options.from + " holds no records");
  return records;
}

// Of all threads of this program.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Delivered {
  std::atomic<std::int64_t> records{0};
  std::atomic<std::int64_t> failed{0};
};

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& delivered = *static_cast<Delivered*>(opaque);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) ++delivered.failed;
  ++delivered.records;
  delivered.records.notify_one();
}

class Producer {
 public:
  Producer(const Options& options, const std::vector<Record>& records)
      : most_(options.in_flight),
        records_(records),
        client_(kafka::ClientConfig(options.kafka)
                    .set("acks", "all")
                    .set("linger.ms", options.linger_ms)
                    .set_opaque(&delivered_)
                    .on_delivery(&on_delivery)
                    .make(RD_KAFKA_PRODUCER)),
        topic_(kafka::make_topic(client_.get(), options.to)),
        polling_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) rd_kafka_poll(client_.get(), 100);
        }) {}

  struct Outcome {
    std::int64_t records;
    double seconds;  // from the first one sent to the last one acknowledged
    double cpu_seconds;
  };

  Outcome run(double seconds) {
    const auto begun = Time::now();
    const auto cpu_before = cpu_seconds();
    const auto before = sent_;
    const auto until = begun + std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(seconds));
    while (Time::now() < until) send_some();
    for (auto now = delivered_.records.load(); now < sent_; now = delivered_.records) delivered_.records.wait(now);
    if (delivered_.failed > 0)
      throw std::runtime_error(std::to_string(delivered_.failed) + " records were not taken");
    return {sent_ - before, std::chrono::duration<double>(Time::now() - begun).count(), cpu_seconds() - cpu_before};
  }

 private:
  static constexpr std::int64_t kAtATime = 1'000;

  void send_some() {
    auto room = kAtATime;
    if (most_ > 0) {
      for (auto now = delivered_.records.load(); (room = most_ - (sent_ - now)) <= 0; now = delivered_.records) {
        delivered_.records.wait(now);
      }
      room = std::min(room, kAtATime);
    }
    messages_.clear();
    for (; room > 0; --room) {
      const auto& record = records_[next_];
      next_ = (next_ + 1) % records_.size();
      rd_kafka_message_t message{};
      message.partition = record.partition;
      // Not copied, and not written to.
      message.payload = const_cast<char*>(record.value.data());
      message.len = record.value.size();
      message.key = const_cast<char*>(record.key.data());
      message.key_len = record.key.size();
      messages_.push_back(message);
    }
    const auto count = static_cast<int>(messages_.size());
    // Waits while librdkafka's queue is full.
    if (rd_kafka_produce_batch(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_PARTITION | RD_KAFKA_MSG_F_BLOCK,
                               messages_.data(), count) != count) {
      throw std::runtime_error("librdkafka did not take a record");
    }
    sent_ += count;
  }

  const std::int64_t most_;
  const std::vector<Record>& records_;
  std::size_t next_ = 0;
  std::int64_t sent_ = 0;
  std::vector<rd_kafka_message_t> messages_;
  Delivered delivered_;
  kafka::Handle<rd_kafka_t> client_;
  kafka::Handle<rd_kafka_topic_t> topic_;
  std::jthread polling_;
};

int measure(Options options) {
  options.kafka.topic = options.to;
  if (const auto made = kafka::create_topic(options.kafka, {.development = true}); !made) {
    throw std::runtime_error(made.error().detail);
  }
  const auto records = read_records(options);
  std::size_t bytes = 0;
  for (const auto& record : records) bytes += record.key.size() + record.value.size();
  Producer producer(options, records);
  const auto warm_up = producer.run(1);  // connects, and finds the leaders
  const auto [sent, seconds, cpu] = producer.run(options.seconds);
  const auto each = [](double total, auto count) { return total / static_cast<double>(count); };
  std::printf("{\"recordsPerSecond\":%.1f,\"sentInAll\":%lld,\"bytesEach\":%.1f,\"cpuUsEach\":%.3f}\n",
              static_cast<double>(sent) / seconds, static_cast<long long>(warm_up.records + sent),
              each(static_cast<double>(bytes), records.size()), each(cpu * 1e6, sent));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  options.kafka.append_timeout = std::chrono::seconds(60);
  CLI::App app("Sends records of one topic to another as fast as librdkafka does");
  app.add_option("--brokers", options.kafka.brokers, "host:port, with commas between")->required();
  app.add_option("--from", options.from, "Topic to read the records from")->required();
  app.add_option("--to", options.to, "Topic to send them to; made when it is not there")->required();
  app.add_option("--partitions", options.kafka.partitions, "Of both topics")->required();
  app.add_option("--records", options.records, "So many of them, again and again");
  app.add_option("--seconds", options.seconds, "To measure");
  app.add_option("--in-flight", options.in_flight, "Records on their way at a time; 0: as many as librdkafka queues");
  app.add_option("--linger-ms", options.linger_ms, "librdkafka's linger.ms");
  CLI11_PARSE(app, count, arguments);
  try {
    return measure(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "playhead-producer: %s\n", error.what());
    return 1;
  }
}
