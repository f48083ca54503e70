#include "log/kafka/appender.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/partitioner.h"

namespace playhead::log::kafka {
namespace {

// Far below what a broker takes in one message (1 MB), and room for what librdkafka puts around it.
constexpr std::size_t kMostBytesOfARun = 256 << 10;
// As many as the committer has.
constexpr std::size_t kMostFree = 4;

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()); }

ClientConfig producer_config(const KafkaOptions& options) {
  ClientConfig config(options);
  config.set("acks", "all")
      .set("enable.idempotence", "false")
      .set("message.timeout.ms", milliseconds(options.append_timeout))
      .set("retry.backoff.ms", "50")
      // A commit batch is handed over whole; this is only the time that handing over takes.
      .set("linger.ms", "1")
      // What the committer lets wait is the bound (commit.queue_bytes); this one is for batches of the smallest
      // updates, and append() waits for room when it is met.
      .set("queue.buffering.max.messages", "2000000")
      .set("queue.buffering.max.kbytes", "1048576");
  return config;
}

}  // namespace

Appender::Appender(const KafkaOptions& options, Marks& marks)
    : options_(options),
      marks_(marks),
      breakers_(options.partitions),
      producer_(producer_config(options).set_opaque(this).on_delivery(&Appender::delivered).make(RD_KAFKA_PRODUCER)),
      topic_(make_topic(producer_.get(), options.topic)),
      polling_([this] {
        while (!stopping_) rd_kafka_poll(producer_.get(), 100);
      }) {}

Appender::~Appender() {
  stopping_ = true;
  polling_.join();
  const auto left = [this] {
    const std::lock_guard lock(mutex_);
    return !waiting_.empty();
  };
  if (left()) rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (left()) rd_kafka_poll(producer_.get(), 10);
}

std::unique_ptr<Appender::Batch> Appender::take_batch() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<Batch>();
  auto batch = std::move(free_.back());
  free_.pop_back();
  batch->bytes.clear();
  batch->messages.clear();
  batch->error = {};
  return batch;
}

void Appender::append(std::string_view record, HeartbeatLog::AppendDone done) {
  auto taken = take_batch();
  auto& batch = *taken;
  batch.done = std::move(done);
  if (auto readable = split(record, batch); !readable) batch.error = std::move(readable.error());
  // One more than there are messages: the batch stays until all of them are handed over.
  batch.unsettled = batch.messages.size() + 1;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(taken));
  }
  produce(batch);
  settle(batch, 1);
}

Result<void> Appender::split(std::string_view record, Batch& batch) {
  const auto now = std::chrono::steady_clock::now();
  model::UserRuns runs(record, kMostBytesOfARun);
  bool any = false;
  while (true) {
    const auto run = runs.next();
    if (!run) return std::unexpected(run.error());
    if (!*run) break;
    any = true;
    const auto partition = partition_for((*run)->user, options_.partitions);
    if (breakers_[partition].admits(now, options_.append_timeout)) {
      add(batch, partition, runs, **run);
    } else {
      batch.error = {"log-unavailable", fmt::format("Partition {} has taken nothing of late.", partition)};
    }
  }
  if (!any) add_probes(batch, runs);
  // Only now do the bytes have their place. librdkafka doesn't write to them.
  char* at = batch.bytes.data();
  for (auto& message : batch.messages) at += (message.payload = at, message.len);
  return {};
}

void Appender::add_probes(Batch& batch, const model::UserRuns& runs) {
  for (Partition partition = 0; partition < options_.partitions; ++partition) {
    if (breakers_[partition].open()) add(batch, partition, runs, {});
  }
  if (batch.messages.empty()) add(batch, 0, runs, {});
}

void Appender::add(Batch& batch, Partition partition, const model::UserRuns& runs, const model::UserRun& run) {
  batch.bytes.append(runs.header()).append(run.updates);
  rd_kafka_message_t message{};
  message.partition = static_cast<std::int32_t>(partition);
  message.len = runs.header().size() + run.updates.size();
  if (!run.user.empty()) message.key = const_cast<char*>(run.user.data());  // copied by librdkafka
  message.key_len = run.user.size();
  message._private = &batch;
  batch.messages.push_back(message);
}

void Appender::produce(Batch& batch) {
  if (batch.messages.empty()) return;
  const auto count = batch.messages.size();
  const auto taken =
      rd_kafka_produce_batch(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_PARTITION | RD_KAFKA_MSG_F_BLOCK,
                             batch.messages.data(), static_cast<int>(count));
  if (static_cast<std::size_t>(taken) == count) return;
  for (const auto& message : batch.messages) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    fail_batch(batch, unavailable(fmt::format("Partition {} can't be written to", message.partition), message.err));
    settle(batch, 1);
  }
}

void Appender::delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto& appender = *static_cast<Appender*>(self);
  auto& batch = *static_cast<Batch*>(message->_private);
  const auto partition = static_cast<Partition>(message->partition);
  auto& breaker = appender.breakers_[partition];
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    breaker.succeeded();
    appender.marks_.saw_next(partition, from_kafka(message->offset) + 1);
  } else {
    breaker.failed(std::chrono::steady_clock::now(), appender.options_.retry_every);
    appender.fail_batch(batch, unavailable(fmt::format("Partition {} has not confirmed a record within {} ms",
                                                       partition, appender.options_.append_timeout.count()),
                                           message->err));
  }
  appender.settle(batch, 1);
}

void Appender::fail_batch(Batch& batch, Error error) {
  const std::lock_guard lock(mutex_);
  if (batch.error.code.empty()) batch.error = std::move(error);
}

void Appender::settle(Batch& batch, std::size_t messages) {
  if (batch.unsettled.fetch_sub(messages, std::memory_order_acq_rel) == messages) answer_settled();
}

// Whoever settles a batch answers, on this thread, those that are first in the order; another that does so meanwhile
// leaves its own to it.
void Appender::answer_settled() {
  std::unique_lock lock(mutex_);
  if (answering_) return;
  answering_ = true;
  while (!waiting_.empty() && waiting_.front()->unsettled.load(std::memory_order_acquire) == 0) {
    auto batch = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    auto done = std::move(batch->done);
    if (batch->error.code.empty()) {
      done(Appended{.durability = Durability::kReplicated});
    } else {
      done(std::unexpected(std::move(batch->error)));
    }
    lock.lock();
    if (free_.size() < kMostFree) free_.push_back(std::move(batch));
  }
  answering_ = false;
}

}  // namespace playhead::log::kafka
