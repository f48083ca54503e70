#pragma once

// The topic itself: made once by `playhead schema`, and held at every start to what the promises need. A topic that
// compacts, forgets too soon or lets one broker acknowledge alone would lose acknowledged updates without a word.

#include <chrono>

#include "log/kafka/kafka_options.h"

namespace playhead::log::kafka {

struct TopicRules {
  // How long the database may be away before updates are lost; a new topic gets this, an old one has at least this.
  std::chrono::milliseconds retention{std::chrono::hours(7 * 24)};
  // Takes fewer than three replicas, and one that acknowledges alone. For a developer's machine: with one broker an
  // update that was acknowledged is lost with it.
  bool development = false;
};

// Creates options.topic as `rules` want it: three replicas, two of them in sync for an acknowledgement (in
// development as many as there are brokers). False when there is a topic of that name already, which stays as it is.
// Fails with "log-unavailable", or "topic-unfit" when the brokers refuse it.
Result<bool> create_topic(const KafkaOptions& options, const TopicRules& rules);

// The same for dead letters: dead_letters_of(options), and kept until somebody has looked at them, whatever
// rules.retention says.
TopicRules dead_letter_rules(TopicRules rules);

// Fails with "topic-unfit" and a sentence that says what is wrong and what to do, or with "log-unavailable" when no
// broker answers in time: then nothing is known about the topic.
Result<void> check_topic(const KafkaOptions& options, const TopicRules& rules);

}  // namespace playhead::log::kafka
