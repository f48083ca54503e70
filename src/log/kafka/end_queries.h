#pragma once

// Asks the brokers where partitions end, now: the end that a client has cached may lack what another node was just
// told is safe. All who wait while one question is on its way share the next, so the load on the brokers does not
// grow with the readers.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "log/kafka/client.h"
#include "log/kafka/marks.h"

namespace playhead::log::kafka {

class EndQueries {
 public:
  // All outlive it. `client` must not fetch: a broker answers a connection's requests one after the other, and the
  // question would stand behind a fetch that waits for news.
  EndQueries(rd_kafka_t* client, const KafkaOptions& options, Marks& marks);
  // Who still waits gets "log-unavailable".
  ~EndQueries();
  EndQueries(const EndQueries&) = delete;
  EndQueries& operator=(const EndQueries&) = delete;

  // `done` is called on a thread of its own, or inline when too many wait. Any thread.
  void ask(Partition partition, HeartbeatLog::EndDone done);

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Waiting = std::map<Partition, std::vector<HeartbeatLog::EndDone>>;

  // A question is answered when all of its brokers have answered or run out of time. So partitions that got no answer
  // the last time are asked about apart, where nobody else waits with them.
  struct Lane {
    Waiting wanted;
    std::condition_variable wake;
    std::thread thread;
  };

  void loop(Lane& lane);
  void answer(Waiting waiting);
  void find_leaders(Time give_up);
  Handle<rd_kafka_topic_partition_list_t> query(const Waiting& waiting, Time give_up);

  rd_kafka_t* client_;
  Handle<rd_kafka_topic_t> topic_;
  const KafkaOptions& options_;
  Marks& marks_;
  std::vector<std::atomic<bool>> troubled_;  // by partition

  std::mutex mutex_;
  std::size_t waiting_ = 0;
  bool stopping_ = false;
  Lane sound_;
  Lane troubled_lane_;
};

}  // namespace playhead::log::kafka
