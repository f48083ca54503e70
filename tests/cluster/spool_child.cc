// A process that appends to Kafka with a spool until it is killed, and says on its standard output what was
// acknowledged, each as soon as it was: "replicated 12" or "local 13".
//
// spool_child BROKERS TOPIC PARTITIONS SPOOL_FOLDER FIRST_POSITION

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "log/kafka/kafka_log.h"
#include "log/rocksdb/rocksdb_log.h"
#include "log/spool/spooled_log.h"
#include "support/updates.h"

int main(int, char** arguments) {
  using namespace playhead;
  // Standard output is for the acknowledgements alone.
  spdlog::set_default_logger(spdlog::stderr_logger_mt("child"));
  const SystemClock clock;
  log::RocksDbLog spool({.path = arguments[4], .clock = &clock});
  log::kafka::KafkaLog queue({.brokers = arguments[1],
                              .topic = arguments[2],
                              .partitions = static_cast<log::Partition>(std::atoi(arguments[3])),
                              .group = arguments[2],
                              .append_timeout = std::chrono::milliseconds(1'000)});
  log::SpooledLog log(queue, spool, clock);
  std::atomic<int> on_their_way{0};
  for (std::int64_t at = std::atoll(arguments[5]);; ++at) {
    while (on_their_way >= 8) std::this_thread::sleep_for(std::chrono::microseconds(100));
    ++on_their_way;
    const auto user = "user" + std::to_string(at % 30);
    auto record = std::make_shared<std::string>(test::record_of({test::position(user, "12", 1'000, at)}));
    const std::string_view bytes = *record;
    log.append(bytes, [&, at, record = std::move(record)](Result<log::Appended> done) {
      if (done) {
        const bool local = done->durability == log::Durability::kLocal;
        std::printf("%s %lld\n", local ? "local" : "replicated", static_cast<long long>(at));
        std::fflush(stdout);
      }
      --on_their_way;
    });
  }
}
