#include "load/report.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace playhead::load {
namespace {

struct Percentile {
  const char* name;
  double percent;
};
constexpr std::array<Percentile, 7> kPercentiles{
    {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p999", 99.9}, {"p9999", 99.99}, {"p99999", 99.999}, {"max", 100}}};

std::string number(double value, int decimals) {
  std::array<char, 64> text;
  const int n = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), static_cast<std::size_t>(std::max(0, n))};
}

std::string grouped(double value) {
  std::string digits = number(value, 0);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

double per(double value, double by) { return by > 0 ? value / by : 0; }

// What CPU time is divided by: updates, or requests where nothing is updated.
double work_of(const RunReport& report) {
  double updates = 0;
  double requests = 0;
  for (const auto& s : report.streams) {
    updates += static_cast<double>(s.updates());
    requests += static_cast<double>(s.requests);
  }
  return updates > 0 ? updates : requests;
}

bool has_updates(const RunReport& report) {
  return std::ranges::any_of(report.streams, [](const StreamReport& s) { return s.updates_per_request > 0; });
}

void stream_lines(std::string& out, const StreamReport& s, double seconds) {
  out += s.name + "\n";
  if (s.updates_per_request > 1) {
    out += "  updates    " + grouped(per(static_cast<double>(s.updates()), seconds)) + " /s in batches of " +
           std::to_string(s.updates_per_request) + "\n";
  }
  out += "  requests   " + grouped(per(static_cast<double>(s.requests), seconds)) + " /s (" +
         grouped(static_cast<double>(s.requests)) + " in " + number(seconds, 2) + " s)\n";
  out += "  latency ms";
  for (const auto& p : kPercentiles) {
    out +=
        std::string("  ") + p.name + " " + number(static_cast<double>(s.latency.percentile_ns(p.percent)) / 1e6, 3);
  }
  out += "  mean " + number(s.latency.mean_ns() / 1e6, 3) + "\n";
  if (s.unsent > 0) {
    out += "  not sent   " + grouped(static_cast<double>(s.unsent)) +
           " were due and found no free connection: the rate was not kept\n";
  }
  for (const auto& [kind, error] : s.errors) {
    out += "  failed     " + grouped(static_cast<double>(error.count)) + " × " + kind +
           "; the first: " + error.first + "\n";
  }
}

void stream_json(std::string& out, const StreamReport& s, double seconds) {
  const auto requests = static_cast<double>(s.requests);
  out += R"({"name":)" + json_string(s.name) + R"(,"requests":)" + std::to_string(s.requests) + R"(,"updates":)" +
         std::to_string(s.updates()) + R"(,"requestsInAll":)" + std::to_string(s.requests_in_all) +
         R"(,"requestsPerSecond":)" + number(per(requests, seconds), 1) + R"(,"updatesPerSecond":)" +
         number(per(static_cast<double>(s.updates()), seconds), 1) + R"(,"failed":)" + std::to_string(s.failed) +
         R"(,"unsent":)" + std::to_string(s.unsent) + R"(,"latencyUs":{)";
  for (const auto& p : kPercentiles) {
    out += json_string(p.name) + ":" + number(static_cast<double>(s.latency.percentile_ns(p.percent)) / 1e3, 3) + ",";
  }
  out += R"("mean":)" + number(s.latency.mean_ns() / 1e3, 3) + R"(},"errors":{)";
  bool first = true;
  for (const auto& [kind, error] : s.errors) {
    if (!first) out += ",";
    first = false;
    out += json_string(kind) + R"(:{"count":)" + std::to_string(error.count) + R"(,"first":)" +
           json_string(error.first) + "}";
  }
  out += "}}";
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte > 0x7E) {
      std::array<char, 8> escaped;
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(byte));
      out += escaped.data();
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string table_of(const RunReport& report) {
  std::string out;
  for (const auto& s : report.streams) stream_lines(out, s, report.seconds);
  const double work = work_of(report);
  const char* unit = has_updates(report) ? "update" : "request";
  const auto each = [&](double cpu) { return number(per(cpu * 1e6, work), 3); };
  out += std::string("CPU µs per ") + unit + ": ";
  if (report.has_server) {
    out += "server " + each(report.server_cpu_seconds) + ", generator " + each(report.generator_cpu_seconds) +
           ", both " + each(report.server_cpu_seconds + report.generator_cpu_seconds) + "\n";
    out += "server memory: " + number(static_cast<double>(report.server_rss_bytes) / 1048576, 1) +
           " MiB at the end, " + number(static_cast<double>(report.server_rss_max_bytes) / 1048576, 1) +
           " MiB at most\n";
  } else {
    out += "generator " + each(report.generator_cpu_seconds) + " (the server's with --server-pid)\n";
  }
  if (report.interrupted) out += "Interrupted: these are the figures so far.\n";
  return out;
}

std::string json_of(const RunReport& report) {
  const double work = work_of(report);
  std::string out = R"({"seconds":)" + number(report.seconds, 3) + R"(,"streams":[)";
  for (std::size_t i = 0; i < report.streams.size(); ++i) {
    if (i > 0) out += ",";
    stream_json(out, report.streams[i], report.seconds);
  }
  const auto cpu = [&](const char* who, double seconds) {
    return json_string(std::string(who) + "CpuSeconds") + ":" + number(seconds, 3) + "," +
           json_string(std::string(who) + "CpuUsEach") + ":" + number(per(seconds * 1e6, work), 4);
  };
  out += "]," + cpu("generator", report.generator_cpu_seconds) + "," + cpu("machine", report.machine_cpu_seconds);
  if (report.has_server) {
    out += "," + cpu("server", report.server_cpu_seconds) + R"(,"serverRssBytes":)" +
           std::to_string(report.server_rss_bytes) + R"(,"serverRssMaxBytes":)" +
           std::to_string(report.server_rss_max_bytes);
  }
  out += std::string(R"(,"interrupted":)") + (report.interrupted ? "true" : "false") + "}\n";
  return out;
}

}  // namespace playhead::load
