#pragma once

// From what a person asks for to a plan: the scenarios with their requests and what counts as a good answer.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "load/plan.h"

namespace playhead::load {

struct Options {
  std::string scenario = "updates";  // updates, resume, home, noop, mixed
  std::string target = "127.0.0.1:1842";
  bool allow_remote = false;
  unsigned connections = 64;
  unsigned threads = 1;
  unsigned pipeline = 1;
  unsigned batch = 1;
  double duration_s = 10;
  double warmup_s = 1;
  double rate = 0;  // updates, or reads, a second; 0: closed loop
  double read_rate = 1000;
  unsigned read_connections = 16;
  std::uint64_t users = 100'000;
  std::uint64_t first_user = 0;
  std::uint64_t episodes = 1;
  std::uint64_t first_episode = 0;
  std::uint64_t heartbeats = kMaxHeartbeatsPerEpisode;
  std::uint64_t count = 0;  // updates, or reads; 0: until the time is over
  std::string body = "small";
  std::string path;
  std::string expect;
  std::vector<std::string> headers;
  int server_pid = 0;
  std::string json_file;
  bool quiet = false;
};

inline const std::vector<std::string> kScenarios{"updates", "resume", "home", "noop", "mixed"};

// Errors "invalid-target", "remote-target" and "invalid-option", each with a sentence that names what to change.
Result<RunPlan> plan_of(const Options& options);

}  // namespace playhead::load
