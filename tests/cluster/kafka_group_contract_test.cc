// The group of Kafka passes the suite of its seam against a real broker.

#include "cluster/group_settings.h"
#include "cluster/kafka_retention.h"
#include "cluster/kafka_topics.h"
#include "contract/group_feed_contract.h"
#include "log/kafka/group_clients.h"
#include "log/kafka/group_feed.h"
#include "log/kafka/kafka_log.h"

namespace playhead::log {
namespace {

struct KafkaGroupBackend {
  HeartbeatLog& log() { return log_; }
  std::unique_ptr<GroupFeed> member(const Node& node, std::chrono::milliseconds presence_window) {
    return std::make_unique<kafka::KafkaGroupFeed>(options_, test::group_settings(presence_window), node, clock_);
  }
  Offset committed(Partition partition) { return log_.committed(partition).value(); }
  void forget(Partition partition, Offset offset) { test::delete_records_before(options_, partition, offset); }
  void expire(const Node&) {}  // by itself, after its handler has not come back for the handler's time-out

  SystemClock clock_;
  const kafka::KafkaOptions options_ = test::made_topic(6);
  kafka::KafkaLog log_{options_};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Kafka, GroupFeedContract, KafkaGroupBackend);

TEST(KafkaGroup, OnlyAMemberCommitsWhileThereIsOne) {
  KafkaGroupBackend backend;
  test::GroupWatch watch;
  const auto feed = backend.member({"one", "127.0.0.1:1", "here"}, std::chrono::milliseconds(0));
  feed->start(watch);
  test::eventually([&] { return watch.owned().size() == 6; }, std::chrono::seconds(60));
  EXPECT_EQ(backend.log_.release(0, 1, kKeepAll, kFuture).error().code, "not-owner");
  feed->stop();
  EXPECT_TRUE(backend.log_.release(0, 1, kKeepAll, kFuture));
}

TEST(KafkaGroup, AForeignMemberIsLeftOut) {
  KafkaGroupBackend backend;
  const auto settings = test::group_settings(std::chrono::milliseconds(0));
  const auto foreign = kafka::member_config(backend.options_, settings).make(RD_KAFKA_CONSUMER);
  const kafka::Handle<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), backend.options_.topic.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_poll_set_consumer(foreign.get());
  rd_kafka_subscribe(foreign.get(), topics.get());
  test::GroupWatch watch;
  const Node node{"one", "127.0.0.1:1", "here"};
  const auto feed = backend.member(node, std::chrono::milliseconds(0));
  feed->start(watch);
  const auto poll = [&] {
    const kafka::Handle<rd_kafka_message_t> message(rd_kafka_consumer_poll(foreign.get(), 10));
  };
  test::eventually(
      [&] {
        poll();
        return watch.owned().size() == 3;
      },
      std::chrono::seconds(60));
  Result<std::vector<Member>> members;
  test::eventually([&] {
    poll();
    members = feed->members();
    return members.has_value();
  });
  const auto owned = watch.owned();
  EXPECT_EQ(*members, (std::vector<Member>{{node, {owned.begin(), owned.end()}}}));
}

}  // namespace playhead::log
