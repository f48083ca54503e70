#pragma once

// Keeps a peer that fails from costing every call its time-out: after failures calls are refused at once, and now and
// then one is let through to see.

#include <chrono>
#include <random>

namespace playhead::link {

// Pure: takes its time and chance. One thread.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::milliseconds;

  struct Options {
    Duration min_pause;
    Duration max_pause;
    unsigned timeouts_to_open;
  };

  Breaker(const Options& options, std::uint32_t seed) : options_(options), chance_(seed), pause_(options.min_pause) {}

  bool open() const { return open_; }
  // When the next may try, while open.
  Time retry_at() const { return retry_at_; }
  // Whether a call may go out. While open one may when it is time, and then none for another pause.
  bool admits(Time now);

  // An answer came.
  void succeeded();
  // No connection, or it was lost. The pauses between failures double, with jitter, so that the nodes don't all come
  // back in one moment.
  void failed(Time now);
  // A connection was made after that. The pauses go on growing until something came over it.
  void connected();
  void heard();
  // A call on a living connection had no answer in time. Opens after several in a row.
  void timed_out(Time now);

 private:
  void pause_from(Time now);

  const Options options_;
  std::mt19937 chance_;
  Duration pause_;
  Time retry_at_;
  unsigned timeouts_ = 0;
  bool open_ = false;
};

}  // namespace playhead::link
