#pragma once

// Real Kafka brokers for one test program, by tools/cluster/kafka.py: started once, gone with the program however it
// ends. Tests use topics of their own.

#include <sys/types.h>

#include <string>
#include <vector>

#include "log/kafka/kafka_options.h"
#include "support/temp_dir.h"

namespace playhead::test {

class KafkaBrokers {
 public:
  explicit KafkaBrokers(int count);
  ~KafkaBrokers();
  KafkaBrokers(const KafkaBrokers&) = delete;
  KafkaBrokers& operator=(const KafkaBrokers&) = delete;

  // "127.0.0.1:…,127.0.0.1:…"
  const std::string& addresses() const { return addresses_; }
  // Of "node1", …; each returns when it is done: start() when the broker takes connections again.
  void kill(const std::string& node) { tool("kill " + node); }
  void start(const std::string& node) { tool("start " + node); }
  void pause(const std::string& node) { tool("pause " + node); }
  void resume(const std::string& node) { tool("resume " + node); }

 private:
  void tool(const std::string& arguments);

  TempDir dir_;
  pid_t holder_ = -1;  // the tool, which ends the brokers when its standard input ends
  int holder_stdin_ = -1;
  std::string addresses_;
};

// Those of this program. The first call starts them, so it takes a while.
KafkaBrokers& kafka();

// Options for a topic that no other test has, and for a group of its own. The topic is not there yet.
log::kafka::KafkaOptions fresh_topic(log::Partition partitions);

// The same, with the topic made.
log::kafka::KafkaOptions made_topic(log::Partition partitions);

}  // namespace playhead::test
