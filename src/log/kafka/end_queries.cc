#include "log/kafka/end_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace playhead::log::kafka {
namespace {

// More than a node has connections by default; beyond it a reader is better served from what the store has.
constexpr std::size_t kMostWaiting = 50'000;
// Between two attempts within one question's time, for a partition whose leader has just changed.
constexpr std::chrono::milliseconds kAgainAfter{20};

// At least long enough for a broker that is well.
int milliseconds_until(std::chrono::steady_clock::time_point time) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 50));
}

}  // namespace

EndQueries::EndQueries(rd_kafka_t* client, const KafkaOptions& options, Marks& marks)
    : client_(client),
      topic_(make_topic(client, options.topic)),
      options_(options),
      marks_(marks),
      troubled_(options.partitions) {
  sound_.thread = std::thread([this] { loop(sound_); });
  troubled_lane_.thread = std::thread([this] { loop(troubled_lane_); });
}

EndQueries::~EndQueries() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (auto* lane : {&sound_, &troubled_lane_}) {
    lane->wake.notify_one();
    lane->thread.join();
  }
  for (auto* lane : {&sound_, &troubled_lane_}) {
    for (auto& [partition, waiting] : lane->wanted) {
      for (auto& done : waiting) done(fail("log-unavailable", "The log is being closed."));
    }
  }
}

void EndQueries::ask(Partition partition, HeartbeatLog::EndDone done) {
  auto& lane = troubled_[partition] ? troubled_lane_ : sound_;
  std::unique_lock lock(mutex_);
  if (waiting_ >= kMostWaiting) {
    lock.unlock();
    return done(fail("log-unavailable", "Too many already wait to hear where the log ends."));
  }
  ++waiting_;
  lane.wanted[partition].push_back(std::move(done));
  lock.unlock();
  lane.wake.notify_one();
}

void EndQueries::loop(Lane& lane) {
  while (true) {
    Waiting waiting;
    {
      std::unique_lock lock(mutex_);
      lane.wake.wait(lock, [&] { return stopping_ || !lane.wanted.empty(); });
      if (stopping_) return;
      waiting.swap(lane.wanted);
    }
    answer(std::move(waiting));
  }
}

void EndQueries::answer(Waiting waiting) {
  const auto give_up = std::chrono::steady_clock::now() + options_.ask_timeout;
  while (!waiting.empty()) {
    const auto ends = query(waiting, give_up);
    const bool last = std::chrono::steady_clock::now() + kAgainAfter >= give_up;
    for (int i = 0; i < ends->cnt; ++i) {
      const auto& end = ends->elems[i];
      const auto partition = static_cast<Partition>(end.partition);
      const bool failed = end.err != RD_KAFKA_RESP_ERR_NO_ERROR || end.offset < 0;
      troubled_[partition] = failed;
      if (failed && !last) continue;
      if (!failed) marks_.saw_next(partition, from_kafka(end.offset));
      auto node = waiting.extract(partition);
      for (auto& done : node.mapped()) {
        if (failed) {
          done(std::unexpected(
              unavailable(fmt::format("Partition {} does not say where it ends", partition), end.err)));
        } else {
          done(from_kafka(end.offset));
        }
      }
      const std::lock_guard lock(mutex_);
      waiting_ -= node.mapped().size();
    }
    if (!waiting.empty()) find_leaders(give_up);
  }
}

// librdkafka 2.0 goes on asking the leader that it has cached, though that one has said that it leads no more.
void EndQueries::find_leaders(Time give_up) {
  std::this_thread::sleep_for(kAgainAfter);
  const rd_kafka_metadata_t* found = nullptr;
  if (rd_kafka_metadata(client_, 0, topic_.get(), &found, milliseconds_until(give_up)) ==
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(found);
  }
}

// The partitions with their ends, or each with the error.
Handle<rd_kafka_topic_partition_list_t> EndQueries::query(const Waiting& waiting, Time give_up) {
  Handle<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(static_cast<int>(waiting.size())));
  for (const auto& [partition, _] : waiting) {
    auto* const entry =
        rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), static_cast<std::int32_t>(partition));
    entry->offset = RD_KAFKA_OFFSET_END;
  }
  const auto error = rd_kafka_offsets_for_times(client_, list.get(), milliseconds_until(give_up));
  for (int i = 0; i < list->cnt && error != RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    auto& entry = list->elems[i];
    // What a broker has answered stays answered though another did not.
    if (entry.err == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset < 0) entry.err = error;
  }
  return list;
}

}  // namespace playhead::log::kafka
