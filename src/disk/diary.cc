#include "disk/diary.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <ctime>

namespace playhead::disk {

Diary::Diary(const std::string& folder, std::uint64_t limit) : path_(folder + "/LOG"), limit_(limit) { begin(); }

Diary::~Diary() {
  if (file_ >= 0) ::close(file_);
}

void Diary::begin() {
  if (file_ >= 0) ::close(file_);
  ::rename(path_.c_str(), (path_ + ".old").c_str());
  open();
}

void Diary::open() {
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  written_ = 0;
}

void Diary::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (file_ < 0) {
    open();  // the disk may have room again
  } else if (written_ + line.size() > limit_) {
    begin();
  }
  if (file_ < 0) return;
  const auto got = ::write(file_, line.data(), line.size());
  if (got == static_cast<ssize_t>(line.size())) {
    written_ += line.size();
  } else if (got > 0 && ::ftruncate(file_, static_cast<off_t>(written_)) != 0) {
    written_ += static_cast<std::uint64_t>(got);  // half a line stays
  }
}

void Diary::Logv(const char* format, va_list arguments) {
  std::array<char, 2'000> line;
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::size_t length = std::strftime(line.data(), line.size(), "%Y-%m-%dT%H:%M:%SZ ", &utc);
  const int message = std::vsnprintf(line.data() + length, line.size() - length, format, arguments);
  if (message > 0) length += std::min(static_cast<std::size_t>(message), line.size() - length - 1);
  if (line[length - 1] != '\n') line[length++] = '\n';
  write({line.data(), length});
}

}  // namespace playhead::disk
