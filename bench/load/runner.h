#pragma once

// Runs a plan: threads, the progress line, the sampling of CPU and memory, and the figures at the end.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "load/histogram.h"
#include "load/plan.h"
#include "load/stream.h"

namespace playhead::load {

struct StreamReport {
  std::string name;
  std::size_t updates_per_request = 1;  // 0 for reads
  std::uint64_t requests = 0;           // answered as expected, in the measured time
  std::uint64_t failed = 0;             // of the whole run, as the three below
  std::uint64_t unsent = 0;
  std::uint64_t requests_in_all = 0;
  std::map<std::string, Errors::Kind> errors;
  Histogram latency;  // open loop: from the intended time of sending; also of what was answered after the end

  std::uint64_t updates() const { return requests * updates_per_request; }
};

struct RunReport {
  double seconds = 0;  // measured: without warm-up
  std::vector<StreamReport> streams;
  double generator_cpu_seconds = 0;
  double machine_cpu_seconds = 0;
  bool has_server = false;
  double server_cpu_seconds = 0;
  std::uint64_t server_rss_bytes = 0;      // at the end
  std::uint64_t server_rss_max_bytes = 0;  // of the samples, one a second
  bool interrupted = false;

  bool clean() const;  // no failed request and nothing unsent
};

// Blocks until the run is over: at most warm-up + duration + the time to connect and to drain. `stop` ends it early,
// and may be set by a signal handler. Error "cannot-connect", or of an unusable plan.
Result<RunReport> run(const RunPlan& plan, const std::atomic<bool>& stop);

}  // namespace playhead::load
