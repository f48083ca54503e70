#include "load/process.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace playhead::load {
namespace {

double seconds_of(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

std::optional<StatLine> stat_of(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_stat(text);
}

std::vector<int> all_pids() {
  std::vector<int> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir("/proc"), &::closedir);
  if (!dir) return out;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc{} && end == name.data() + name.size()) out.push_back(pid);
  }
  return out;
}

}  // namespace

std::optional<StatLine> parse_stat(std::string_view text) {
  // The second field, the program's name in parentheses, can hold anything.
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::istringstream in{std::string(text.substr(name_end + 1))};
  std::string skipped;
  StatLine out;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  in >> skipped >> out.parent;                              // 3, 4
  for (int field = 5; field < 14; ++field) in >> skipped;   // … 13
  in >> user >> system;                                     // 14, 15
  for (int field = 16; field < 24; ++field) in >> skipped;  // … 23
  if (!(in >> out.rss_pages)) return std::nullopt;          // 24
  out.ticks = user + system;
  return out;
}

std::optional<Usage> usage_of(int pid) {
  const auto root = stat_of(pid);
  if (!root) return std::nullopt;
  std::map<int, StatLine> all;
  for (const int other : all_pids()) {
    if (const auto stat = stat_of(other)) all.emplace(other, *stat);
  }
  const auto descends = [&](int other) {
    // Bounded, since the picture of a changing process table may hold a cycle.
    for (int steps = 0; steps < 32 && other > 1; ++steps) {
      if (other == pid) return true;
      const auto found = all.find(other);
      if (found == all.end()) return false;
      other = found->second.parent;
    }
    return false;
  };
  std::uint64_t ticks = 0;
  std::uint64_t pages = 0;
  for (const auto& [other, stat] : all) {
    if (!descends(other)) continue;
    ticks += stat.ticks;
    pages += stat.rss_pages;
  }
  return Usage{static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
               pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
}

Usage own_usage() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
          static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
}

double machine_busy_seconds() {
  std::ifstream in("/proc/stat");
  std::string label;
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0;
  in >> label >> user >> nice >> system >> idle >> iowait >> irq >> softirq;
  return static_cast<double>(user + nice + system + irq + softirq) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace playhead::load
