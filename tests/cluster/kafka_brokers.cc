#include "cluster/kafka_brokers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "log/kafka/topic.h"

namespace playhead::test {
namespace {

const std::string kTool = PLAYHEAD_SOURCE_DIR "/tools/cluster/kafka.py";

std::unique_ptr<KafkaBrokers> brokers;

std::string missing_program() {
  for (const char* const program : {"python3", "java", "mvn"}) {
    if (std::system(("command -v " + std::string(program) + " >/dev/null").c_str()) != 0) return program;
  }
  return {};
}

// Starts the brokers before the first test. Where they can't run, nothing is tested, which CI must not take for good.
class Environment final : public testing::Environment {
 public:
  void SetUp() override {
    if (const auto missing = missing_program(); !missing.empty()) {
      const auto why = "a real Kafka takes " + missing + ", which is not here: ./dev setup cluster installs it";
      if (std::getenv("CI") != nullptr) FAIL() << why;
      GTEST_SKIP() << why;
    }
    brokers = std::make_unique<KafkaBrokers>(KAFKA_BROKERS);
  }
  void TearDown() override { brokers.reset(); }
};

[[maybe_unused]] const auto* const environment = testing::AddGlobalTestEnvironment(new Environment);

}  // namespace

KafkaBrokers::KafkaBrokers(int count) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipes");
  const auto nodes = std::to_string(count);
  holder_ = fork();
  if (holder_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execlp("python3", "python3", kTool.c_str(), "hold", "--nodes", nodes.c_str(), "--dir", dir_.path().c_str(),
           nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  holder_stdin_ = in[1];
  // "node1 127.0.0.1:40123", one a broker, then "ready".
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines(fdopen(out[0], "r"), std::fclose);
  char node[32], address[64];
  while (std::fscanf(lines.get(), "%31s", node) == 1 && std::string(node) != "ready") {
    if (std::fscanf(lines.get(), "%63s", address) != 1) break;
    addresses_ += (addresses_.empty() ? "" : ",") + std::string(address);
  }
  if (std::string(node) != "ready") throw std::runtime_error("the brokers did not start; what was said is above");
}

KafkaBrokers::~KafkaBrokers() {
  close(holder_stdin_);
  waitpid(holder_, nullptr, 0);
}

void KafkaBrokers::tool(const std::string& arguments) {
  const auto command = "python3 " + kTool + " " + arguments + " --dir " + dir_.path();
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
}

KafkaBrokers& kafka() { return *brokers; }

log::kafka::KafkaOptions fresh_topic(log::Partition partitions) {
  static std::atomic<int> count{0};
  const auto name = "test" + std::to_string(++count);
  return {.brokers = kafka().addresses(), .topic = name, .partitions = partitions, .group = name, .client_id = name};
}

log::kafka::KafkaOptions made_topic(log::Partition partitions) {
  auto options = fresh_topic(partitions);
  const auto made = log::kafka::create_topic(options, {.development = true});
  EXPECT_TRUE(made && *made) << (made ? "it is there already" : made.error().detail);
  return options;
}

}  // namespace playhead::test
