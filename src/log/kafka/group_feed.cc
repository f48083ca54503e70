#include "log/kafka/group_feed.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "log/kafka/client_id.h"
#include "log/kafka/group_clients.h"
#include "log/kafka/group_commit.h"
#include "log/kafka/group_members.h"

namespace playhead::log::kafka {
namespace {

// Who waits for an answer is served between two turns, and so at least this often.
constexpr int kTurnMs = 100;
constexpr int kMostInATurn = 1'000;
// While brokers don't say where to begin.
constexpr int kAgainAfterMs = 50;
// Leaving takes a few messages to and from the brokers.
constexpr std::chrono::seconds kLeaveAtMost{5};

KafkaOptions named(KafkaOptions options, const Node& node) {
  options.client_id = client_id_of(node);
  return options;
}

std::vector<Partition> partitions_in(const rd_kafka_topic_partition_list_t& list) {
  std::vector<Partition> partitions;
  for (int i = 0; i < list.cnt; ++i) partitions.push_back(static_cast<Partition>(list.elems[i].partition));
  return partitions;
}

void warn(const char* doing, rd_kafka_error_t* failed) {
  const Handle<rd_kafka_error_t> error(failed);
  if (error) spdlog::warn("The Kafka group, {}: {}", doing, rd_kafka_error_string(error.get()));
}

}  // namespace

KafkaGroupFeed::KafkaGroupFeed(KafkaOptions options, GroupOptions group, const Node& node, const Clock& clock)
    : options_(named(std::move(options), node)),
      group_(std::move(group)),
      clock_(clock),
      asking_(asking_config(options_).make(RD_KAFKA_CONSUMER)),
      consumer_(member_config(options_, group_)
                    .set_opaque(this)
                    .on_rebalance(&KafkaGroupFeed::rebalance)
                    .make(RD_KAFKA_CONSUMER)) {
  rd_kafka_poll_set_consumer(consumer_.get());
}

KafkaGroupFeed::~KafkaGroupFeed() {
  stop();
  // It was closed, or never began; a second attempt would wait again for brokers that are away.
  rd_kafka_destroy_flags(consumer_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaGroupFeed::start(GroupHandler& handler) {
  handler_ = &handler;
  thread_ = std::thread([this] { run(); });
}

void KafkaGroupFeed::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void KafkaGroupFeed::run() {
  const Handle<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), options_.topic.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(consumer_.get(), topics.get());
  alive_at_ = std::chrono::steady_clock::now();
  while (!stopping_) {
    int wait = to_begin_ ? kAgainAfterMs : kTurnMs;
    for (int taken = 0; taken < kMostInATurn; ++taken) {
      const Handle<rd_kafka_message_t> message(rd_kafka_consumer_poll(consumer_.get(), std::exchange(wait, 0)));
      alive_at_ = std::chrono::steady_clock::now();
      if (!message) break;
      take(*message);
    }
    if (to_begin_) begin_assigned();
    handler_->turn_over();
  }
  close();
}

void KafkaGroupFeed::close() {
  if (to_begin_) assign({});  // librdkafka waits for it
  const Handle<rd_kafka_queue_t> queue(rd_kafka_queue_new(consumer_.get()));
  warn("on leaving", rd_kafka_consumer_close_queue(consumer_.get(), queue.get()));
  const auto give_up = std::chrono::steady_clock::now() + kLeaveAtMost;
  while (rd_kafka_consumer_closed(consumer_.get()) == 0 && std::chrono::steady_clock::now() < give_up) {
    // Records that were on their way are only to be thrown away.
    const Handle<rd_kafka_message_t> record(rd_kafka_consume_queue(queue.get(), 20));
  }
  if (const auto left = holdings_.partitions(); !left.empty()) {
    handler_->revoked(left);
    holdings_.remove(left);
  }
}

bool KafkaGroupFeed::cooperative() const {
  const char* const protocol = rd_kafka_rebalance_protocol(consumer_.get());
  return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

void KafkaGroupFeed::rebalance(rd_kafka_t*, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions,
                               void* self) {
  auto& feed = *static_cast<KafkaGroupFeed*>(self);
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    feed.unbegun_ = partitions_in(*partitions);
    feed.to_begin_ = true;
    feed.begin_assigned();
    return;
  }
  if (what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    spdlog::warn("The Kafka group can't divide its partitions: {}", rd_kafka_err2str(what));
  }
  if (feed.to_begin_) feed.assign({});
  feed.give_up(partitions_in(*partitions));
}

// librdkafka waits for assign() as long as it takes, in or after the callback, and goes on with what it has.
void KafkaGroupFeed::begin_assigned() {
  const auto starts = find_starts(consumer_.get(), asking_.get(), options_, unbegun_,
                                  clock_.now_ms() - group_.presence_window.count());
  if (starts) {
    assign(*starts);
    handler_->settled();
  } else {
    spdlog::warn("{}", starts.error().detail);
  }
}

// With nothing in `starts` only for librdkafka's sake: they are taken away again before anything is read.
void KafkaGroupFeed::assign(const std::vector<StartPosition>& starts) {
  const auto list = list_of(unbegun_);
  struct Begun {
    StartPosition start;
    Offset wanted, from;
  };
  std::vector<Begun> begun;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto& start = starts[i];
    const auto held = handler_->held(start.partition);
    const auto recent = start.recent != 0 ? start.recent : start.committed;
    const auto wanted = held ? *held : start.committed;
    const auto from = std::max(held ? *held : std::min(start.committed, recent), start.first);
    list->elems[i].offset = to_kafka(from);
    holdings_.add(start.partition, from, start.committed);
    begun.push_back({start, wanted, from});
  }
  if (cooperative()) {
    warn("on taking partitions", rd_kafka_incremental_assign(consumer_.get(), list.get()));
  } else if (const auto error = rd_kafka_assign(consumer_.get(), list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::warn("The Kafka group, on taking partitions: {}", rd_kafka_err2str(error));
  }
  unbegun_.clear();
  to_begin_ = false;
  for (const auto& [start, wanted, from] : begun) {
    handler_->assigned(start.partition, from, start.committed);
    if (wanted < from) tell_missing(start.partition, from, {.missed = true, .expected = wanted});
  }
}

void KafkaGroupFeed::give_up(std::span<const Partition> partitions) {
  std::vector<Partition> ours;
  std::ranges::copy_if(partitions, std::back_inserter(ours), [&](Partition one) { return holdings_.has(one); });
  const auto forget = [&] {
    const std::lock_guard lock(committing_);
    holdings_.remove(ours);
  };
  // librdkafka may have begun to divide anew before it noticed, or could notice, that the group went on without us.
  const auto away = std::chrono::steady_clock::now() - alive_at_;
  const bool dead = away >= std::min(group_.session_timeout, group_.handler_timeout);
  if (dead || rd_kafka_assignment_lost(consumer_.get()) != 0) {
    forget();
    if (!ours.empty()) handler_->lost(ours);
  } else {
    if (!ours.empty()) handler_->revoked(ours);
    forget();
  }
  if (cooperative()) {
    warn("on giving up partitions", rd_kafka_incremental_unassign(consumer_.get(), list_of(partitions).get()));
    handler_->settled();
  } else {
    rd_kafka_assign(consumer_.get(), nullptr);
  }
  alive_at_ = std::chrono::steady_clock::now();
}

void KafkaGroupFeed::take(const rd_kafka_message_t& message) {
  const auto partition = static_cast<Partition>(message.partition);
  const auto offset = from_kafka(message.offset);
  if (is_damage(message.err)) {
    if (!holdings_.damage(partition, offset)) return;
    const Error error{"log-corrupt", fmt::format("Partition {}, Kafka's offset {}, cannot be read back: {}.",
                                                 partition, message.offset, rd_kafka_err2str(message.err))};
    return handler_->damaged(partition, offset, offset + 1, error);
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::warn("The Kafka group: {}", rd_kafka_message_errstr(&message));
    return;
  }
  std::int64_t low = 0, high = 0;
  rd_kafka_get_watermark_offsets(consumer_.get(), options_.topic.c_str(), message.partition, &low, &high);
  const auto appended_ms = rd_kafka_message_timestamp(&message, nullptr);
  const auto step = holdings_.advance(partition, offset, from_kafka(high), appended_ms);
  if (step.missed || step.cut) tell_missing(partition, offset, step);
  if (!step.deliver) return;
  handler_->record(partition, offset, appended_ms, {static_cast<const char*>(message.payload), message.len});
}

void KafkaGroupFeed::tell_missing(Partition partition, Offset offset, const Step& step) {
  Error error;
  if (step.cut) {
    error = {"log-cut",
             fmt::format("Partition {} went up to record {} and goes on at record {}: the brokers have lost "
                         "acknowledged records, or the topic was made anew.",
                         partition, step.expected - 1, offset)};
  } else if (step.damaged) {
    error = {"log-corrupt",
             fmt::format("Partition {}, records {} to {}, cannot be read back with the one before them.", partition,
                         step.expected, offset - 1)};
  } else {
    error = {"log-gap",
             fmt::format("Partition {} begins at record {}, but records from {} on were not stored yet: the topic's "
                         "retention was shorter than the store was away.",
                         partition, offset, step.expected)};
  }
  handler_->damaged(partition, step.expected, offset, error);
}

void KafkaGroupFeed::pause(Partition partition) {
  if (holdings_.has(partition)) {
    rd_kafka_pause_partitions(consumer_.get(), list_of(std::span(&partition, 1)).get());
  }
}

void KafkaGroupFeed::resume(Partition partition) {
  if (holdings_.has(partition)) {
    rd_kafka_resume_partitions(consumer_.get(), list_of(std::span(&partition, 1)).get());
  }
}

Result<void> KafkaGroupFeed::commit(std::span<const Checkpoint> checkpoints) {
  const std::lock_guard lock(committing_);
  return commit_as_member(consumer_.get(), options_, holdings_, checkpoints);
}

Result<std::vector<Member>> KafkaGroupFeed::members() { return describe_members(asking_.get(), options_); }

std::vector<Lag> KafkaGroupFeed::lag() const {
  std::vector<Lag> lags;
  for (const auto& [partition, next, appended_ms] : holdings_.places()) {
    std::int64_t low = 0, high = 0;
    rd_kafka_get_watermark_offsets(consumer_.get(), options_.topic.c_str(), static_cast<std::int32_t>(partition),
                                   &low, &high);
    const auto end = high < 0 ? Offset{1} : from_kafka(high);
    const auto records = end > next ? end - next : 0;
    const auto age = records > 0 && appended_ms > 0 ? clock_.now_ms() - appended_ms : 0;
    lags.push_back({partition, records, std::chrono::milliseconds(std::max<std::int64_t>(age, 0))});
  }
  return lags;
}

Handle<rd_kafka_topic_partition_list_t> KafkaGroupFeed::list_of(std::span<const Partition> partitions) const {
  Handle<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const auto partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), static_cast<std::int32_t>(partition));
  }
  return list;
}

}  // namespace playhead::log::kafka
