#include "load/runner.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "load/process.h"
#include "load/worker.h"

namespace playhead::load {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

std::uint64_t ns_of(std::chrono::duration<double> d) { return static_cast<std::uint64_t>(d.count() * 1e9); }

// Everything that is counted, at one moment.
struct Snapshot {
  std::uint64_t at_ns = 0;
  std::vector<StreamReport> streams;
  Usage server;
  Usage generator;
  double machine = 0;
};

Snapshot take(const RunPlan& plan, const Workers& workers) {
  Snapshot out;
  for (std::size_t s = 0; s < plan.streams.size(); ++s) {
    auto& report = out.streams.emplace_back();
    report.name = plan.streams[s].name;
    report.updates_per_request = plan.streams[s].updates;
    for (const auto& worker : workers) {
      const auto& figures = worker->figures(s);
      report.latency.add(figures.latency.snapshot());
      report.failed += figures.failed;
      report.unsent += figures.unsent;
      for (const auto& [kind, error] : figures.errors.kinds()) {
        auto& entry = report.errors[kind];
        if (entry.count == 0) entry.first = error.first;
        entry.count += error.count;
      }
    }
    report.requests = report.requests_in_all = report.latency.count();
  }
  if (plan.server_pid != 0) out.server = usage_of(plan.server_pid).value_or(Usage{});
  out.generator = own_usage();
  out.machine = machine_busy_seconds();
  out.at_ns = steady_ns();
  return out;
}

void print_progress(const Snapshot& before, const Snapshot& now, std::uint64_t start_ns, bool warm) {
  const double seconds = static_cast<double>(now.at_ns - before.at_ns) / 1e9;
  std::fprintf(stderr, "%5.0f s%s", static_cast<double>(now.at_ns - start_ns) / 1e9, warm ? " " : " (warm-up) ");
  for (std::size_t s = 0; s < now.streams.size(); ++s) {
    auto latency = now.streams[s].latency;
    latency.subtract(before.streams[s].latency);
    const auto each = std::max<std::size_t>(1, now.streams[s].updates_per_request);
    const double rate = static_cast<double>(latency.count() * each) / seconds;
    std::fprintf(stderr, " | %s %.0f/s p50 %.3f ms p99 %.3f ms", now.streams[s].name.c_str(), rate,
                 static_cast<double>(latency.percentile_ns(50)) / 1e6,
                 static_cast<double>(latency.percentile_ns(99)) / 1e6);
    if (now.streams[s].failed > 0) {
      std::fprintf(stderr, " %llu failed", static_cast<unsigned long long>(now.streams[s].failed));
    }
  }
  std::fputc('\n', stderr);
}

RunReport difference(const RunPlan& plan, const Snapshot& from, const Snapshot& to) {
  RunReport out;
  out.seconds = static_cast<double>(to.at_ns - from.at_ns) / 1e9;
  out.streams = to.streams;
  for (std::size_t s = 0; s < out.streams.size(); ++s) {
    out.streams[s].requests -= from.streams[s].requests;
  }
  out.generator_cpu_seconds = to.generator.cpu_seconds - from.generator.cpu_seconds;
  out.machine_cpu_seconds = to.machine - from.machine;
  out.has_server = plan.server_pid != 0;
  out.server_cpu_seconds = to.server.cpu_seconds - from.server.cpu_seconds;
  out.server_rss_bytes = to.server.rss_bytes;
  return out;
}

}  // namespace

bool RunReport::clean() const {
  return std::ranges::all_of(streams, [](const StreamReport& s) { return s.failed == 0 && s.unsent == 0; });
}

Result<RunReport> run(const RunPlan& plan, const std::atomic<bool>& stop) {
  Workers workers;
  for (unsigned i = 0; i < plan.threads; ++i) {
    auto worker = Worker::create(plan, i);
    if (!worker) return std::unexpected(std::move(worker.error()));
    workers.push_back(std::move(*worker));
  }
  // Also what stays when a run ends while it warms up.
  Snapshot from = take(plan, workers);
  const auto start = from.at_ns;
  const auto warm = start + ns_of(plan.warmup);
  const auto end = warm + ns_of(plan.duration);
  std::atomic<unsigned> running{plan.threads};
  std::vector<std::jthread> threads;
  for (const auto& worker : workers) {
    threads.emplace_back([&worker = *worker, &stop, &running, start, end] {
      worker.run(start, end, stop);
      --running;
    });
  }

  Snapshot before = from;
  Snapshot to;
  bool measuring = plan.warmup.count() == 0;
  std::uint64_t rss_max = from.server.rss_bytes;
  auto next_line = start + 1'000'000'000;
  for (;;) {
    const auto now = steady_ns();
    const bool over = running == 0 || now >= end || stop;
    if (!over && now < next_line && (measuring || now < warm)) {
      // The workers wake for the network; this thread only looks at the clock.
      const auto until = std::min({next_line, end, measuring ? end : warm, now + 20'000'000});
      std::this_thread::sleep_for(std::chrono::nanoseconds(until - now));
      continue;
    }
    to = take(plan, workers);
    rss_max = std::max(rss_max, to.server.rss_bytes);
    if (over) break;
    if (!measuring && now >= warm) {
      measuring = true;
      from = to;
    }
    if (now >= next_line) {
      if (plan.progress) print_progress(before, to, start, measuring);
      before = to;
      next_line += 1'000'000'000;
    }
  }
  threads.clear();

  auto report = difference(plan, from, to);
  report.server_rss_max_bytes = rss_max;
  report.interrupted = stop;
  // Answers that came after the end are no throughput, but leaving out their latency would leave out the slowest.
  const auto last = take(plan, workers);
  for (std::size_t s = 0; s < report.streams.size(); ++s) {
    report.streams[s].latency = last.streams[s].latency;
    report.streams[s].latency.subtract(from.streams[s].latency);
    report.streams[s].failed = last.streams[s].failed;
    report.streams[s].unsent = last.streams[s].unsent;
    report.streams[s].errors = last.streams[s].errors;
    report.streams[s].requests_in_all = last.streams[s].requests_in_all;
  }
  return report;
}

}  // namespace playhead::load
