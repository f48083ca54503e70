#include "log/kafka/group_clients.h"

namespace playhead::log::kafka {
namespace {

std::string text(std::chrono::milliseconds time) { return std::to_string(time.count()); }

}  // namespace

ClientConfig asking_config(const KafkaOptions& options) {
  ClientConfig config(options);
  config.set("group.id", options.group)
      .set("enable.auto.commit", "false")
      .set("enable.auto.offset.store", "false")
      .set("auto.offset.reset", "earliest");
  return config;
}

ClientConfig member_config(const KafkaOptions& options, const GroupOptions& group) {
  auto config = asking_config(options);
  config.set("partition.assignment.strategy", group.assignor)
      .set("session.timeout.ms", text(group.session_timeout))
      .set("heartbeat.interval.ms", text(group.heartbeat_every))
      .set("max.poll.interval.ms", text(group.handler_timeout))
      .set("fetch.wait.max.ms", text(group.fetch_wait))
      // After a leader has changed, and when the queue was full.
      .set("fetch.error.backoff.ms", "50")
      // A replay after a take-over reads from many partitions at once; more in memory makes it no faster.
      .set("queued.max.messages.kbytes", "32768")
      .set("check.crcs", "true");
  return config;
}

}  // namespace playhead::log::kafka
