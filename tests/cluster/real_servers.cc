#include "cluster/real_servers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace playhead::test {
namespace {

std::optional<RealServers> running;

std::string missing_program() {
  for (const char* const program : {"python3", "java", "mvn"}) {
    if (std::system(("command -v " + std::string(program) + " >/dev/null").c_str()) != 0) return program;
  }
  return {};
}

class Environment final : public testing::Environment {
 public:
  Environment(std::string tool, std::vector<std::string> arguments)
      : tool_(std::move(tool)), arguments_(std::move(arguments)) {}
  void SetUp() override {
    if (const auto missing = missing_program(); !missing.empty()) {
      const auto why = "real servers take " + missing + ", which is not here: ./dev setup cluster installs it";
      if (std::getenv("CI") != nullptr) FAIL() << why;
      GTEST_SKIP() << why;
    }
    running.emplace(tool_, arguments_);
  }
  void TearDown() override { running.reset(); }

 private:
  std::string tool_;
  std::vector<std::string> arguments_;
};

// Does not return.
void become(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

RealServers::RealServers(const std::string& tool, const std::vector<std::string>& arguments)
    : tool_(PLAYHEAD_SOURCE_DIR "/tools/cluster/" + tool) {
  std::vector<std::string> command{"python3", tool_, "hold", "--dir", dir_.path()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipes");
  holder_ = fork();
  if (holder_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    become(command);
  }
  close(in[0]);
  close(out[1]);
  holder_stdin_ = in[1];
  // A line a server, its address last; then "ready".
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines(fdopen(out[0], "r"), std::fclose);
  char buffer[256];
  while (std::fgets(buffer, sizeof buffer, lines.get()) != nullptr) {
    const std::string line(buffer, std::string_view(buffer).find('\n'));
    if (line == "ready") return;
    addresses_.push_back(line.substr(line.rfind(' ') + 1));
  }
  throw std::runtime_error("the servers did not start; what was said is above");
}

RealServers::~RealServers() {
  close(holder_stdin_);
  waitpid(holder_, nullptr, 0);
}

void RealServers::tell(const std::string& command, const std::string& node) {
  const auto line = "python3 " + tool_ + " " + command + " " + node + " --dir " + dir_.path();
  if (std::system(line.c_str()) != 0) throw std::runtime_error(line + " failed");
}

bool want_servers(const std::string& tool, std::vector<std::string> arguments) {
  testing::AddGlobalTestEnvironment(new Environment(tool, std::move(arguments)));
  return true;
}

RealServers& servers() { return running.value(); }

}  // namespace playhead::test
