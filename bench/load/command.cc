#include "load/command.h"

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>

#include "base/error.h"
#include "load/report.h"
#include "load/runner.h"
#include "load/scenario.h"

namespace playhead::load {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) { interrupted = true; }

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = &on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends the program at once
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run_command(const Options& options) {
  auto plan = plan_of(options);
  if (!plan) throw CLI::ValidationError("bench", plan.error().detail);
  allow_many_files();
  stop_on_signals();
  const auto report = run(*plan, interrupted);
  if (!report) throw StartupError(report.error().detail);
  std::fputs(table_of(*report).c_str(), stdout);
  std::fflush(stdout);
  if (!options.json_file.empty()) {
    std::ofstream out(options.json_file);
    out << json_of(*report);
    if (!out.flush()) throw StartupError("Writing " + options.json_file + " failed.");
  }
  return report->clean() ? 0 : 1;
}

void add_load_options(CLI::App& command, Options& o) {
  command
      .add_option("scenario", o.scenario,
                  "updates, resume, home (continue watching), noop or mixed (updates and resume)")
      ->check(CLI::IsMember(kScenarios))
      ->capture_default_str();
  command.add_option("--target", o.target, "HOST:PORT of the server")->capture_default_str();
  command.add_flag("--allow-remote", o.allow_remote, "Allow a target that is not this machine");
  command.add_option("--duration", o.duration_s, "Measured seconds")->capture_default_str();
  command.add_option("--warmup", o.warmup_s, "Seconds before that, not measured")->capture_default_str();
  command
      .add_option("--rate", o.rate,
                  "Open loop: this many updates (or reads) a second, latency from the intended time. 0: closed loop")
      ->capture_default_str();
  command.add_option("--connections", o.connections, "Keep-alive connections")->capture_default_str();
  command.add_option("--pipeline", o.pipeline, "Closed loop: unanswered requests a connection")
      ->capture_default_str();
  command.add_option("--threads", o.threads, "Threads of the generator")->capture_default_str();
  command.add_option("--count", o.count, "Stop after this many updates or reads; 0: only by time")
      ->capture_default_str();
  command.add_option("--read-rate", o.read_rate, "mixed: reads a second; 0: closed loop")->capture_default_str();
  command.add_option("--read-connections", o.read_connections, "mixed: connections for reads")->capture_default_str();
}

void add_content_options(CLI::App& command, Options& o) {
  command.add_option("--batch", o.batch, "Updates a request")->capture_default_str();
  command.add_option("--users", o.users, "Distinct users")->capture_default_str();
  command.add_option("--first-user", o.first_user, "Leave out so many users")->capture_default_str();
  command
      .add_option("--heartbeats", o.heartbeats,
                  "Updates before a user starts the next episode; 1: each is a new item")
      ->capture_default_str();
  command.add_option("--episodes", o.episodes, "Reads: episodes of each user to choose from")->capture_default_str();
  command.add_option("--first-episode", o.first_episode, "Leave out so many episodes")->capture_default_str();
  command
      .add_option(
          "--body", o.body,
          "An update: small (ids and position), full (what the player SDK sends), or JSON with {user}, {show}, "
          "{episode}, {position}, {seq} and {timestamp}")
      ->capture_default_str();
  command.add_option("--path", o.path, "Another path than the scenario's, with the same placeholders");
  command.add_option("--expect", o.expect, "Text that each answer must hold");
  command.add_option("--header", o.headers, "Another request header, NAME: VALUE; may be repeated");
  command.add_option("--server-pid", o.server_pid, "Report the CPU time and memory of this process and its children");
  command.add_option("--json", o.json_file, "Write the figures to this file too");
  command.add_flag("--quiet", o.quiet, "No progress line");
}

}  // namespace

std::function<int()> set_up_load(CLI::App& command) {
  // Lives as long as the command, which refers to it.
  auto options = std::make_shared<Options>();
  add_load_options(command, *options);
  add_content_options(command, *options);
  return [options] { return run_command(*options); };
}

}  // namespace playhead::load
