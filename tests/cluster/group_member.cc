#include "cluster/group_member.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace playhead::test {

GroupMember::GroupMember(const log::kafka::KafkaOptions& options, const std::string& name) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipes");
  const auto partitions = std::to_string(options.partitions);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl(GROUP_MEMBER, GROUP_MEMBER, options.brokers.c_str(), options.topic.c_str(), partitions.c_str(),
          options.group.c_str(), name.c_str(), nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = in[1];
  listener_ = std::thread([this, from = out[0]] { listen(from); });
}

GroupMember::~GroupMember() {
  if (pid_ > 0) {
    signal(SIGCONT);
    leave();
  }
}

void GroupMember::kill_now() {
  signal(SIGKILL);
  leave();
}

bool GroupMember::leave() {
  if (pid_ <= 0) return false;
  close(to_);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  listener_.join();
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void GroupMember::listen(int from) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines(fdopen(from, "r"), std::fclose);
  char* line = nullptr;
  std::size_t room = 0;
  while (getline(&line, &room, lines.get()) > 0) {
    std::istringstream words(line);
    std::string what;
    log::Partition partition = 0;
    log::Offset offset = 0;
    words >> what >> partition >> offset;
    const std::lock_guard lock(mutex_);
    if (what == "seen") {
      seen_[partition].insert(offset);
      continue;
    }
    said_.emplace_back(line);
    if (what == "assigned") owned_.insert(partition);
    if (what == "revoked" || what == "lost") owned_.erase(partition);
  }
  std::free(line);
}

std::set<log::Partition> GroupMember::owned() const {
  const std::lock_guard lock(mutex_);
  return owned_;
}

std::vector<std::string> GroupMember::said(const std::string& what) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> found;
  for (const auto& line : said_) {
    if (line.starts_with(what)) found.push_back(line);
  }
  return found;
}

std::map<log::Partition, std::set<log::Offset>> GroupMember::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

}  // namespace playhead::test
