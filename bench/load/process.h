#pragma once

// CPU time and memory, read from /proc: what an update costs, on both sides of the connection.

#include <cstdint>
#include <optional>
#include <string_view>

namespace playhead::load {

struct Usage {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t rss_bytes = 0;
};

// nullopt when there is no such process. For nginx and other servers of several processes: with all descendants.
std::optional<Usage> usage_of(int pid);
Usage own_usage();

// The whole machine's busy time since it started: also what kernel threads did for a server.
double machine_busy_seconds();

// The fields of /proc/PID/stat that matter; nullopt when the text is none. `ticks`: utime + stime.
struct StatLine {
  int parent = 0;
  std::uint64_t ticks = 0;
  std::uint64_t rss_pages = 0;
};
std::optional<StatLine> parse_stat(std::string_view text);

}  // namespace playhead::load
