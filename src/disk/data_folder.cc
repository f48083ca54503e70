#include "disk/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.h"

namespace playhead::disk {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw StartupError("cannot use the data folder: " + what + ": " + std::strerror(errno));
}

// Writes a whole file so that it survives a power cut; `path` is new.
void write_durably(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) refuse(path);
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (!written) refuse(path);
}

std::string format_text(std::string_view ordering) {
  return "playhead data\nformat: " + std::to_string(kDataFormat) + "\nordering: " + std::string(ordering) + "\n";
}

// The value of a "name: value" line; empty when there is none.
std::string field(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ": ")) return line.substr(name.size() + 2);
  }
  return {};
}

}  // namespace

DataFolder::DataFolder(std::string path, std::string_view ordering) : path_(std::move(path)) {
  std::error_code error;
  const auto parent = std::filesystem::absolute(path_).parent_path();
  std::filesystem::create_directories(parent, error);
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) refuse(path_);
  if (!std::filesystem::is_directory(path_)) throw StartupError("the data folder " + path_ + " is not a folder");
  take_lock();
  try {
    if (std::filesystem::exists(path_ + "/FORMAT")) {
      check_format(ordering);
    } else {
      write_format(ordering);
    }
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

DataFolder::~DataFolder() { ::close(lock_); }

void DataFolder::take_lock() {
  const auto path = path_ + "/LOCK";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) refuse(path);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const auto got = ::read(lock_, holder, sizeof holder - 1);
    ::close(lock_);
    const std::string pid(holder, got > 0 ? static_cast<std::size_t>(got) : 0);
    throw StartupError("the data folder " + path_ + " is in use by another Playhead" +
                       (pid.empty() ? "" : " (process " + pid + ")") + ": stop that one, or use another folder");
  }
  const auto pid = std::to_string(::getpid());
  if (::ftruncate(lock_, 0) != 0 || ::pwrite(lock_, pid.data(), pid.size(), 0) < 0) {
    // Only the other's message is poorer for it.
    errno = 0;
  }
}

void DataFolder::check_format(std::string_view ordering) const {
  std::ifstream file(path_ + "/FORMAT");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto format = field(text, "format"), stored = field(text, "ordering");
  if (!text.starts_with("playhead data\n") || format.empty() || stored.empty()) {
    throw StartupError("the data folder " + path_ + " has a FORMAT file that is not Playhead's: restore it from a " +
                       "copy, or use another folder");
  }
  if (format != std::to_string(kDataFormat)) {
    throw StartupError("the data folder " + path_ + " is of format " + format + " and this release reads format " +
                       std::to_string(kDataFormat) + ": start the release that wrote it, or use another folder");
  }
  if (stored != ordering) {
    throw StartupError("the data folder " + path_ + " was begun with ordering = \"" + stored +
                       "\" and is now started " + "with \"" + std::string(ordering) +
                       "\", whose versions don't compare: set ordering = \"" + stored + "\", or use another folder");
  }
}

void DataFolder::write_format(std::string_view ordering) const {
  if (std::filesystem::exists(log_path()) || std::filesystem::exists(store_path())) {
    throw StartupError("the data folder " + path_ + " holds data but no FORMAT file, so what wrote it is unknown: " +
                       "restore it from a copy, or use another folder");
  }
  write_durably(path_ + "/FORMAT.new", format_text(ordering));
  if (::rename((path_ + "/FORMAT.new").c_str(), (path_ + "/FORMAT").c_str()) != 0) refuse(path_ + "/FORMAT");
  const int folder = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!synced) refuse(path_);
}

}  // namespace playhead::disk
