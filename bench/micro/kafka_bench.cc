// The log on a real Kafka beside a bare librdkafka producer that sends the same keys and values to the same brokers.
// $PLAYHEAD_BENCH_KAFKA names them ("127.0.0.1:…", as tools/cluster/kafka.py prints); topics are made and left there.
// One iteration is one commit batch; as many are on their way as the committer allows. `items` are updates.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "log/kafka/kafka_log.h"
#include "log/kafka/topic.h"
#include "log/partitioner.h"
#include "model/record.h"
#include "model/user_runs.h"

namespace playhead::log::kafka {
namespace {

constexpr int kOnTheirWay = 3;

KafkaOptions made_topic() {
  static int count = 0;
  const char* const brokers = std::getenv("PLAYHEAD_BENCH_KAFKA");
  if (brokers == nullptr) throw std::runtime_error("PLAYHEAD_BENCH_KAFKA names no brokers");
  KafkaOptions options{.brokers = brokers,
                       .topic = "bench" + std::to_string(::getpid()) + "-" + std::to_string(++count),
                       .partitions = 12,
                       .append_timeout = std::chrono::milliseconds(60'000)};
  if (const auto made = create_topic(options, {.development = true}); !made) {
    throw std::runtime_error(made.error().detail);
  }
  return options;
}

// As players send them, each from a user of its own.
std::string commit_batch(std::int64_t updates) {
  auto record = model::record_header(1'722'180'000'000);
  for (std::int64_t i = 0; i < updates; ++i) {
    const auto user = std::to_string(100'000 + i * 7'919 % 900'000);
    model::append_update(record, {.user = {.text = user, .integer = true},
                                  .show = {.text = "789", .integer = true},
                                  .episode = {.text = "12", .integer = true},
                                  .version = {.time_ms = 1'722'180'000'000 + i, .seq = 17},
                                  .received_ms = 1'722'180'000'000 + i,
                                  .position_ms = 1'122'000 + i,
                                  .duration_ms = 3'540'000,
                                  .device = "living-room-tv",
                                  .session = "2c1f0a4e-5b7d",
                                  .eligible = true});
  }
  return record;
}

void wait_for_room(const std::atomic<int>& on_their_way, int most) {
  for (int now = on_their_way; now >= most; now = on_their_way) on_their_way.wait(now);
}

void kafka_log(benchmark::State& state) {
  KafkaLog log(made_topic());
  const auto record = commit_batch(state.range(0));
  std::atomic<int> on_their_way{0};
  const auto append = [&] {
    ++on_their_way;
    log.append(record, [&](Result<Appended> done) {
      if (!done) std::abort();
      --on_their_way;
      on_their_way.notify_one();
    });
  };
  append();
  wait_for_room(on_their_way, 1);
  const int most = state.range(0) == 1 ? 1 : kOnTheirWay;
  for (auto _ : state) {
    wait_for_room(on_their_way, most);
    append();
  }
  wait_for_room(on_their_way, 1);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(kafka_log)->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000)->UseRealTime()->MeasureProcessCPUTime();

struct Message {
  std::string key, value;
  std::int32_t partition;
};

std::vector<Message> messages_of(const std::string& record, Partition partitions) {
  std::vector<Message> messages;
  model::UserRuns runs(record, 1);
  for (auto run = runs.next(); run && *run; run = runs.next()) {
    const auto& [user, updates] = **run;
    messages.push_back({std::string(user), std::string(runs.header()).append(updates),
                        static_cast<std::int32_t>(partition_for(user, partitions))});
  }
  return messages;
}

// What a program would do that only wants to be fast: it hands over what there is and waits for nothing but room.
void bare_producer(benchmark::State& state) {
  const auto options = made_topic();
  const auto messages = messages_of(commit_batch(state.range(0)), options.partitions);
  std::atomic<std::int64_t> delivered{0};
  std::atomic<bool> stopping{false};
  const auto producer = ClientConfig(options)
                            .set("acks", "all")
                            .set("linger.ms", state.range(0) == 1 ? "0" : "5")
                            .set("queue.buffering.max.messages", "100000")
                            .set_opaque(&delivered)
                            .on_delivery([](rd_kafka_t*, const rd_kafka_message_t* message, void* counted) {
                              if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) std::abort();
                              auto& count = *static_cast<std::atomic<std::int64_t>*>(counted);
                              ++count;
                              count.notify_one();
                            })
                            .make(RD_KAFKA_PRODUCER);
  const auto topic = make_topic(producer.get(), options.topic);
  std::jthread polling([&] {
    while (!stopping) rd_kafka_poll(producer.get(), 100);
  });
  std::int64_t sent = 0;
  const auto wait_for_all = [&] {
    for (auto now = delivered.load(); now < sent; now = delivered) delivered.wait(now);
  };
  const auto send = [&] {
    for (const auto& message : messages) {
      // Blocks while the producer's queue is full.
      if (rd_kafka_produce(topic.get(), message.partition, RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK,
                           const_cast<char*>(message.value.data()), message.value.size(), message.key.data(),
                           message.key.size(), nullptr) != 0) {
        std::abort();
      }
      ++sent;
    }
  };
  send();
  wait_for_all();
  for (auto _ : state) {
    send();
    if (messages.size() == 1) wait_for_all();
  }
  wait_for_all();
  stopping = true;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(bare_producer)->Arg(1)->Arg(10'000)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
}  // namespace playhead::log::kafka
