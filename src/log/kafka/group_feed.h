#pragma once

// A member of a consumer group of Apache Kafka, by librdkafka: the brokers' group protocol is the only membership
// that nodes have.

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "log/group_feed.h"
#include "log/kafka/client.h"
#include "log/kafka/group_options.h"
#include "log/kafka/holdings.h"
#include "log/kafka/start_positions.h"

namespace playhead::log::kafka {

class KafkaGroupFeed final : public GroupFeed {
 public:
  // `clock` outlives it. options.client_id is not used: the node's name and address stand there. Throws StartupError
  // for options that make no sense to librdkafka.
  KafkaGroupFeed(KafkaOptions options, GroupOptions group, const Node& node, const Clock& clock);
  ~KafkaGroupFeed() override;
  KafkaGroupFeed(const KafkaGroupFeed&) = delete;
  KafkaGroupFeed& operator=(const KafkaGroupFeed&) = delete;

  void start(GroupHandler& handler) override;
  void stop() override;
  void pause(Partition partition) override;
  void resume(Partition partition) override;
  Result<void> commit(std::span<const Checkpoint> checkpoints) override;
  Result<std::vector<Member>> members() override;
  std::vector<Lag> lag() const override;

 private:
  static void rebalance(rd_kafka_t*, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions,
                        void* self);

  void run();
  void close();
  bool cooperative() const;
  void begin_assigned();
  void assign(const std::vector<StartPosition>& starts);
  void give_up(std::span<const Partition> partitions);
  void take_off(std::span<const Partition> partitions);
  void take(const rd_kafka_message_t& message);
  void tell_missing(Partition partition, Offset offset, const Step& step);
  Handle<rd_kafka_topic_partition_list_t> list_of(std::span<const Partition> partitions) const;

  const KafkaOptions options_;
  const GroupOptions group_;
  const Clock& clock_;
  Handle<rd_kafka_t> asking_;  // neither writes nor fetches, so its answers come at once
  Handle<rd_kafka_t> consumer_;
  GroupHandler* handler_ = nullptr;
  Holdings holdings_;
  // Assigned, but it isn't known yet where to begin. The feed's thread.
  std::vector<Partition> unbegun_;
  bool to_begin_ = false;
  // When the feed's thread last had nothing left to hear: longer ago than a session, and the group goes on without
  // us.
  std::chrono::steady_clock::time_point alive_at_;
  // Held while commits are on their way, and when partitions are given up: no commit of ours may arrive after that.
  std::mutex committing_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace playhead::log::kafka
