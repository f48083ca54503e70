#pragma once

// Records that can't be used, kept aside so that they block nothing and can be tried again: the original key and
// bytes on a topic of their own, with the reason, and where they come from, in headers. Anybody's tool can read them.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "log/kafka/client.h"

namespace playhead::log::kafka {

// Of one partition, so that they are listed in the order in which they came: there are few.
inline constexpr const char* kDeadLettersTopic = "playhead.dead-letters";

// In a DeadLetter that is read, empty or 0: the header isn't there.
struct DeadLetter {
  std::string key, record;  // as they were; either may be empty
  std::string code;         // stable, kebab-case: why
  std::string reason;       // a sentence
  std::string topic;        // where it was
  Partition partition = 0;
  Offset offset = 0;
  std::string node;          // who could not use it
  std::int64_t time_ms = 0;  // and when: wall clock
  bool operator==(const DeadLetter&) const = default;
};

// `options` with the dead letters' topic in place of the updates'.
KafkaOptions dead_letters_of(KafkaOptions options);

// Any thread.
class DeadLetters {
 public:
  using Done = std::move_only_function<void(Result<void>)>;

  // `options` as dead_letters_of() gives them. Throws StartupError for options that librdkafka refuses.
  explicit DeadLetters(const KafkaOptions& options);
  // Who still waits gets "log-unavailable".
  ~DeadLetters();
  DeadLetters(const DeadLetters&) = delete;
  DeadLetters& operator=(const DeadLetters&) = delete;

  // `done` is called exactly once, inline or on the client's thread: when all in-sync replicas have it, or with
  // "log-unavailable" within options.append_timeout and a second. A record may be kept twice when that was unclear.
  void append(const DeadLetter& letter, Done done);

 private:
  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self);

  const KafkaOptions options_;
  Handle<rd_kafka_t> producer_;
  std::atomic<bool> stopping_{false};
  std::thread polling_;  // where deliveries are told
};

// Calls `visit` for every letter from the oldest that is kept up to the end at the time of the call, with the
// letter's own offset; stops when it returns false. A client of its own, for tools. Fails with "log-unavailable".
Result<void> read_dead_letters(const KafkaOptions& options,
                               const std::function<bool(Offset, const DeadLetter&)>& visit);

}  // namespace playhead::log::kafka
