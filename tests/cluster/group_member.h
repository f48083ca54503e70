#pragma once

// A member of a group in a process of its own, which can be killed and stopped: group_member_main.cc, told what to do
// by its command line and heard by what it prints.

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "log/kafka/kafka_options.h"

namespace playhead::test {

class GroupMember {
 public:
  // Starts it. It commits what it has seen five times a second.
  GroupMember(const log::kafka::KafkaOptions& options, const std::string& name);
  // Ends it, politely when it still can.
  ~GroupMember();
  GroupMember(const GroupMember&) = delete;
  GroupMember& operator=(const GroupMember&) = delete;

  void signal(int number) { kill(pid_, number); }
  // As SIGKILL, and returns when it is gone.
  void kill_now();
  // Leaves the group and ends; true when it ended with 0.
  bool leave();

  std::set<log::Partition> owned() const;
  // All that was printed that begins so: "assigned", "revoked", "lost", "committed", "refused", "damaged", "broken".
  std::vector<std::string> said(const std::string& what) const;
  std::map<log::Partition, std::set<log::Offset>> seen() const;

 private:
  void listen(int from);

  pid_t pid_ = -1;
  int to_ = -1;
  mutable std::mutex mutex_;
  std::vector<std::string> said_;
  std::set<log::Partition> owned_;
  std::map<log::Partition, std::set<log::Offset>> seen_;
  std::thread listener_;
};

}  // namespace playhead::test
