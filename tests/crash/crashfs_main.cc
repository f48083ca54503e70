// The program on a file system that forgets what was not synced, for crash tests: kill -9 takes what a power cut
// takes. Signals change how the disk behaves while it runs:
//   SIGUSR1  every sync fails, or (again) works
//   SIGUSR2  the disk is full, or (again) has room
// PLAYHEAD_DISK_LIES=1 makes it say "synced" and keep nothing of the write-ahead logs: acks are worth nothing then,
// and a crash test must notice.

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/node.h"
#include "crash/forgetful_fs.h"

namespace {

playhead::test::ForgetfulFs& disk() {
  static auto& fs = static_cast<playhead::test::ForgetfulFs&>(*playhead::test::forgetful_env()->GetFileSystem());
  return fs;
}

void on_signal(int signal) {
  static std::atomic<bool> failing{false}, full{false};  // lock-free: a handler may use them
  if (signal == SIGUSR1) disk().fail_syncs(failing = !failing);
  if (signal == SIGUSR2) disk().fill_disk(full = !full);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace playhead::app;
  disk().ignore_syncs(std::getenv("PLAYHEAD_DISK_LIES") != nullptr);
  std::signal(SIGUSR1, &on_signal);
  std::signal(SIGUSR2, &on_signal);
  const auto forgetful = [](const Config& config) { return serve(config, playhead::test::forgetful_env()); };
  return run(std::vector<std::string>(argv + 1, argv + argc), {serve_command(forgetful)}, std::cout, std::cerr);
}
