#pragma once

// What one worker counts: plain integers, because only its own thread touches them. HttpMetrics moves them
// into the Prometheus registry from time to time.

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace playhead::server {

enum class Trouble : std::uint8_t {
  kBadRequest,          // against the grammar, or against the rules that keep requests apart
  kTooLarge,            // 413, 414, 431
  kHeaderTimeout,       // 408 while the head was coming
  kBodyTimeout,         // 408 while the body was coming
  kWriteTimeout,        // the peer took no bytes
  kAnswerTimeout,       // 503: a handler's answer got lost
  kTooManyConnections,  // 503 or closed at once
  kHandlerFailed,       // 500: a handler threw, or dropped its reply
};
inline constexpr std::size_t kTroubleCount = 8;

// Upper bounds of the latency buckets in microseconds; one more bucket holds what is slower.
inline constexpr std::array<std::int64_t, 15> kLatencyBoundsUs = {
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000};

struct RouteCounters {
  // By the first digit of the status, 1 to 5.
  std::array<std::uint64_t, 6> by_class{};
  std::array<std::uint64_t, kLatencyBoundsUs.size() + 1> by_latency{};
  std::chrono::nanoseconds latency_sum{0};

  void count(unsigned status, std::chrono::nanoseconds latency) {
    ++by_class[status / 100 % by_class.size()];
    const std::int64_t us = latency.count() / 1'000;
    std::size_t bucket = 0;
    while (bucket < kLatencyBoundsUs.size() && us > kLatencyBoundsUs[bucket]) ++bucket;
    ++by_latency[bucket];
    latency_sum += latency;
  }
};

struct HttpCounters {
  // One per route of the table, and one more for what no route answers.
  explicit HttpCounters(std::size_t route_count) : routes(route_count + 1) {}

  std::vector<RouteCounters> routes;
  std::array<std::uint64_t, kTroubleCount> troubles{};
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_closed = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;

  void count(Trouble trouble) { ++troubles[static_cast<std::size_t>(trouble)]; }
};

}  // namespace playhead::server
