// One member of a group: BROKERS TOPIC PARTITIONS GROUP NAME. Prints what it hears, a line each, commits what it has
// seen five times a second and on revocation, and leaves when its standard input ends.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "base/clock.h"
#include "cluster/group_settings.h"
#include "log/kafka/group_feed.h"

namespace playhead::log {
namespace {

class Printer final : public GroupHandler {
 public:
  explicit Printer(GroupFeed& feed) : feed_(feed) {}

  std::optional<Offset> held(Partition) override { return std::nullopt; }
  void assigned(Partition partition, Offset from, Offset committed) override {
    std::printf("assigned %u %lu %lu\n", partition, from, committed);
    next_[partition] = from;
  }
  void revoked(std::span<const Partition> partitions) override {
    commit();
    drop(partitions, "revoked");
  }
  void lost(std::span<const Partition> partitions) override { drop(partitions, "lost"); }
  void settled() override {}
  void record(Partition partition, Offset offset, std::int64_t, std::string_view) override {
    if (next_[partition] != offset) std::printf("broken %u %lu\n", partition, offset);
    next_[partition] = offset + 1;
    std::printf("seen %u %lu\n", partition, offset);
  }
  void damaged(Partition partition, Offset first, Offset next, const Error& error) override {
    std::printf("damaged %u %lu %lu %s\n", partition, first, next, error.detail.c_str());
    next_[partition] = next;
  }
  void turn_over() override {
    const auto now = std::chrono::steady_clock::now();
    if (now >= commit_at_) {
      commit_at_ = now + std::chrono::milliseconds(200);
      commit();
    }
    std::fflush(stdout);
  }

 private:
  void drop(std::span<const Partition> partitions, const char* how) {
    for (const auto partition : partitions) {
      std::printf("%s %u\n", how, partition);
      next_.erase(partition);
    }
    std::fflush(stdout);
  }
  void commit() {
    for (const auto& [partition, next] : next_) {
      if (told_[partition] == next) continue;
      const Checkpoint checkpoint{partition, next};
      const auto done = feed_.commit(std::span(&checkpoint, 1));
      if (done) told_[partition] = next;
      std::printf("%s %u %lu %s\n", done ? "committed" : "refused", partition, next,
                  done ? "" : done.error().code.data());
    }
  }

  GroupFeed& feed_;
  std::map<Partition, Offset> next_, told_;
  std::chrono::steady_clock::time_point commit_at_;
};

int run(char** words) {
  const kafka::KafkaOptions options{.brokers = words[1],
                                    .topic = words[2],
                                    .partitions = static_cast<Partition>(std::atoi(words[3])),
                                    .group = words[4]};
  const SystemClock clock;
  kafka::KafkaGroupFeed feed(options, test::group_settings(std::chrono::milliseconds(0)),
                             {.name = words[5], .address = "127.0.0.1:1", .region = "here"}, clock);
  Printer printer(feed);
  feed.start(printer);
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  feed.stop();
  std::fflush(stdout);
  return 0;
}

}  // namespace
}  // namespace playhead::log

int main(int count, char** words) { return count == 6 ? playhead::log::run(words) : 2; }
