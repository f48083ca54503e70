// How long this disk takes to make 4 kB durable, which bounds every durable write: appends and syncs for some seconds
// to a file that grows, then to one whose blocks were written before, and prints percentiles as JSON.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "load/histogram.h"
#include "load/worker.h"

namespace {

using playhead::load::Histogram;
using playhead::load::steady_ns;

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kPreallocated = std::size_t{64} * 1024 * 1024;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

class File {
 public:
  explicit File(const std::string& path) : path_(path), fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600)) {
    require(fd_ >= 0, path.c_str());
  }
  ~File() {
    ::close(fd_);
    ::unlink(path_.c_str());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  std::string path_;
  int fd_;
};

void preallocate(const File& file) {
  const std::string zeros(1024 * 1024, '\0');
  for (std::size_t at = 0; at < kPreallocated; at += zeros.size()) {
    require(
        ::pwrite(file.fd(), zeros.data(), zeros.size(), static_cast<off_t>(at)) == static_cast<ssize_t>(zeros.size()),
        "write");
  }
  require(::fsync(file.fd()) == 0, "fsync");
}

Histogram measure(const File& file, double seconds, std::size_t wrap) {
  const std::string block(kBlock, 'x');
  Histogram out;
  std::size_t at = 0;
  const auto end = steady_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  for (auto before = steady_ns(); before < end;) {
    require(
        ::pwrite(file.fd(), block.data(), block.size(), static_cast<off_t>(at)) == static_cast<ssize_t>(block.size()),
        "write");
    require(::fdatasync(file.fd()) == 0, "fdatasync");
    const auto after = steady_ns();
    out.record(after - before);
    before = after;
    at += kBlock;
    if (at == wrap) at = 0;
  }
  return out;
}

void print(const char* name, const Histogram& h, const char* end) {
  const auto us = [&](double percent) { return static_cast<double>(h.percentile_ns(percent)) / 1e3; };
  std::printf("\"%s\":{\"count\":%llu,\"meanUs\":%.1f,\"p50Us\":%.1f,\"p90Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f}%s",
              name, static_cast<unsigned long long>(h.count()), h.mean_ns() / 1e3, us(50), us(90), us(99), us(100),
              end);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc == 3 ? std::strtod(argv[2], nullptr) : 0;
  if (seconds <= 0 || seconds > 600) {
    std::fprintf(stderr, "usage: playhead-fdatasync FOLDER SECONDS (for each of two files, at most 600)\n");
    return 2;
  }
  try {
    const std::string path = std::string(argv[1]) + "/playhead-fdatasync." + std::to_string(::getpid());
    Histogram growing;
    {
      const File file(path);
      growing = measure(file, seconds, 0);
    }
    Histogram preallocated;
    {
      const File file(path);
      preallocate(file);
      preallocated = measure(file, seconds, kPreallocated);
    }
    std::printf("{");
    print("growing", growing, ",");
    print("preallocated", preallocated, "}\n");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
